package io.millrace.server.toy;

import io.millrace.core.AppendCallback;
import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Subscription;
import io.millrace.core.SubscriptionSink;
import io.millrace.core.SubscriptionSpec;
import io.millrace.core.SubscriptionStart;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerObserver.RequestTimer;
import io.millrace.server.security.Session;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Translates lines to calls of the broker core, and its results to lines. */
final class LineHandler extends SimpleChannelInboundHandler<String> {

  private static final byte[] SOURCE = "lines".getBytes(StandardCharsets.UTF_8);
  private static final int MAX_BYTES = 1 << 20;

  private final ListenerContext context;
  private final Session session;
  private final Broker broker;
  private final RequestTimer puts;

  LineHandler(ListenerContext context, Session session) {
    this.context = context;
    this.session = session;
    broker = context.broker().join();
    puts = context.observer().timer("LINES_PUT");
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context.observer().connected();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    session.close();
    context.observer().disconnected();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, String line) {
    String[] words = line.split(" ", 3);
    Channel client = ctx.channel();
    try {
      Partition partition = broker.topic(words[1]).partitions().get(0);
      if (words[0].equals("put")) {
        context.authorizer().require(session, Operation.WRITE, Resource.topic(words[1]));
        put(partition, words[2], client);
      } else {
        context.authorizer().require(session, Operation.READ, Resource.topic(words[1]));
        partition.owner().execute(() -> tail(partition, client, session));
      }
    } catch (BrokerException e) {
      client.writeAndFlush("refused " + e.code() + "\n");
    }
  }

  private void put(Partition partition, String value, Channel client) {
    long startNanos = System.nanoTime();
    BatchBuilder builder = new BatchBuilder(MAX_BYTES, BatchCodec.NONE);
    builder.add(SOURCE, 0, null, value.getBytes(StandardCharsets.UTF_8), List.of());
    ByteBuffer batch = builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    AppendCallback answer =
        new AppendCallback() {
          @Override
          public void appended(long baseOffset, long appendTimeMicros) {
            client.writeAndFlush("stored " + baseOffset + "\n");
            puts.ended(System.nanoTime() - startNanos);
          }

          @Override
          public void refused(BrokerException cause) {
            client.writeAndFlush("refused " + cause.code() + "\n");
          }
        };
    partition
        .owner()
        .execute(() -> partition.append(batch, ProducerSecret.NONE, AckLevel.SYNCED, answer));
  }

  private static void tail(Partition partition, Channel client, Session session) {
    SubscriptionSpec all =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, MAX_BYTES, List.of());
    Subscription subscription = partition.subscribe(all, new Lines(client)).subscription();
    session.onClose(subscription::close);
    subscription.resume();
  }

  private record Lines(Channel client) implements SubscriptionSink {

    @Override
    public boolean isOverQuota() {
      return false;
    }

    @Override
    public boolean isWritable() {
      return client.isWritable();
    }

    @Override
    public void deliver(
        List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
      BatchReader events = new BatchReader(MAX_BYTES);
      try (lease) {
        for (ByteBuffer run : batches) {
          for (int at = run.position(); at < run.limit(); at += BatchHeader.length(run, at)) {
            events.open(run, at);
            while (events.next()) {
              String value = new String(events.value(), StandardCharsets.UTF_8);
              client.writeAndFlush("event " + events.offset() + " " + value + "\n");
            }
          }
        }
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void ended(BrokerException cause) {
      client.writeAndFlush("ended " + cause.code() + "\n");
    }
  }
}
