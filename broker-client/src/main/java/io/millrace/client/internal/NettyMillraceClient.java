package io.millrace.client.internal;

import io.millrace.client.Admin;
import io.millrace.client.Consumer;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.ClientSettings;
import io.millrace.client.internal.connection.Connector;
import io.millrace.client.internal.connection.ListenerCalls;
import io.millrace.client.internal.connection.NameService;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.connection.Transport;
import io.millrace.client.internal.consumer.Consumers;
import io.millrace.client.internal.producer.EventClock;
import io.millrace.client.internal.producer.Producers;
import io.millrace.client.internal.queue.Queues;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client: owns the event loop thread and the link to the broker, and closes the producers and
 * consumers that were opened with it. Thread-safe.
 */
public final class NettyMillraceClient implements MillraceClient {

  private static final Logger LOG = LoggerFactory.getLogger(NettyMillraceClient.class);
  private static final long LOOP_STOP_SECONDS = 2;

  private final EventLoopGroup eventLoops;
  private final ReconnectingLink link;
  private final RemoteAdmin admin;
  private final Producers producers;
  private final Consumers consumers;
  private final Queues queues;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NettyMillraceClient(
      EventLoopGroup eventLoops,
      ReconnectingLink link,
      RemoteAdmin admin,
      Producers producers,
      Consumers consumers,
      Queues queues) {
    this.eventLoops = eventLoops;
    this.link = link;
    this.admin = admin;
    this.producers = producers;
    this.consumers = consumers;
    this.queues = queues;
  }

  /**
   * Starts the event loop thread and connects. Blocks until the broker has answered.
   *
   * @param names finds the addresses of the broker's host
   * @param listener calls the listener of the program
   * @param clock the event time of events that have none
   * @throws io.millrace.client.MillraceException if the first attempt to connect fails
   */
  static NettyMillraceClient connect(
      ClientSettings settings,
      NameService names,
      ListenerCalls listener,
      EventClock clock,
      RandomGenerator random) {
    Transport transport = Transport.best();
    EventLoopGroup eventLoops =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("millrace-client-" + settings.clientId(), true),
            transport.handlers());
    Connector connector = new Connector(settings, eventLoops.next(), transport.channel(), names);
    ReconnectingLink link = new ReconnectingLink(settings, connector, listener, random);
    BlockingCalls calls = new BlockingCalls(link);
    NettyMillraceClient client =
        new NettyMillraceClient(
            eventLoops,
            link,
            new RemoteAdmin(link, calls),
            new Producers(link, calls, settings.clientId(), clock, random),
            new Consumers(link, calls, settings.reconnectBackoff(), random),
            new Queues(link, calls, settings.reconnectBackoff(), random));
    try {
      calls.await(link.open());
      return client;
    } catch (RuntimeException e) {
      client.close();
      throw e;
    }
  }

  @Override
  public Admin admin() {
    return admin;
  }

  @Override
  public Producer.Builder producer(String topic) {
    return producers.builder(topic);
  }

  @Override
  public Consumer.Builder consumer(String topic) {
    return consumers.builder(topic);
  }

  @Override
  public GroupConsumer.Builder groupConsumer(String group) {
    return consumers.groupBuilder(group);
  }

  @Override
  public QueueConsumer.Builder queueConsumer(String topic, String queue) {
    return queues.builder(topic, queue);
  }

  @Override
  public void close() {
    link.requireOffEventLoop("close");
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    consumers.close();
    queues.close();
    try {
      producers.close();
    } finally {
      link.close();
      stop();
    }
  }

  /** Stops the event loop. A callback that blocks it must not block the caller too. */
  private void stop() {
    boolean stopped =
        eventLoops
            .shutdownGracefully(0, LOOP_STOP_SECONDS, TimeUnit.SECONDS)
            .awaitUninterruptibly(ReconnectingLink.LOOP_ANSWER.toMillis());
    if (!stopped) {
      LOG.warn("event=event_loop_blocked reason={}", ClientFailures.BLOCKED_LOOP);
    }
  }
}
