package io.millrace.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutboxTest {

  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicInteger leasesClosed = new AtomicInteger();
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
              flushes.incrementAndGet();
              ctx.flush();
            }
          });
  private final Outbox outbox = new Outbox(channel, () -> {});

  @Test
  void whatIsAnsweredWhileReadingIsFlushedOnceAtItsEnd() {
    outbox.readBegins();
    for (int i = 0; i < 5; i++) {
      write();
    }
    channel.runPendingTasks();
    assertThat(flushes).hasValue(0);

    outbox.readComplete();

    assertThat(flushes).hasValue(1);
    assertThat(channel.outboundMessages()).hasSize(5);
    channel.releaseOutbound();
  }

  @Test
  void whatATaskWritesIsFlushedOnceAfterIt() {
    channel
        .eventLoop()
        .execute(
            () -> {
              write();
              write();
              write();
              assertThat(flushes).hasValue(0);
            });

    channel.runPendingTasks();

    assertThat(flushes).hasValue(1);
    assertThat(channel.outboundMessages()).hasSize(3);
    channel.releaseOutbound();
  }

  @Test
  void aLeaseIsClosedWhenItsBytesAreSentAndNotBefore() {
    outbox.readBegins();
    outbox.write(Unpooled.buffer().writeInt(1), leasesClosed::incrementAndGet);
    assertThat(leasesClosed).hasValue(0);

    outbox.readComplete();

    assertThat(leasesClosed).hasValue(1);
    channel.releaseOutbound();
  }

  @Test
  void aLeaseIsClosedWhenItsBytesWillNeverBeSent() {
    channel.close();

    outbox.write(Unpooled.buffer().writeInt(1), leasesClosed::incrementAndGet);

    assertThat(leasesClosed).hasValue(1);
  }

  private void write() {
    outbox.write(Unpooled.buffer().writeInt(1));
  }
}
