package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameWriterTest {

  private static final long FRAME_BYTES = Integer.BYTES;

  /** What Netty counts for each entry of its buffer. */
  private static final long OVERHEAD_BYTES = 96;

  private final AtomicInteger flushes = new AtomicInteger();
  private final AtomicInteger leasesClosed = new AtomicInteger();
  private final List<Long> unsentAtWrites = new CopyOnWriteArrayList<>();
  private volatile Runnable onWrite = () -> {};
  private Socket client;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel = connected();
  private final FrameWriter writer = new FrameWriter(channel, () -> {});

  @AfterEach
  void close() throws IOException {
    client.close();
    endTheLoop();
  }

  private void endTheLoop() {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void whatIsAnsweredWhileReadingIsFlushedOnceAtItsEnd() throws IOException {
    onLoop(
        () -> {
          writer.readBegins();
          write(1, 2, 3);
        });
    onLoop(() -> assertThat(flushes).hasValue(0));
    onLoop(writer::readComplete);

    assertReceived(1, 2, 3);
    assertThat(flushes).hasValue(1);
  }

  @Test
  void whatATaskWritesIsFlushedOnceAfterIt() throws IOException {
    onLoop(() -> write(1, 2, 3));

    assertReceived(1, 2, 3);
    assertThat(flushes).hasValue(1);
  }

  @Test
  void whatAnotherThreadWritesKeepsItsOrderAndIsFlushedOnce() throws IOException {
    CountDownLatch written = new CountDownLatch(1);
    channel.eventLoop().execute(() -> await(written));
    write(1, 2, 3);
    written.countDown();

    assertReceived(1, 2, 3);
    assertThat(flushes).hasValue(1);
  }

  @Test
  void whatAnotherThreadWroteCountsUntilItIsTakenOver() throws IOException {
    CountDownLatch written = new CountDownLatch(1);
    channel.eventLoop().execute(() -> await(written));
    writer.write(Unpooled.buffer().writeInt(7).writeZero(FrameWriter.HIGH_WATER_BYTES));

    assertThat(writer.isWritable()).isFalse();
    assertThat(writer.unsentBytes()).isGreaterThan(FrameWriter.HIGH_WATER_BYTES);
    written.countDown();

    assertReceived(7);
    onLoop(() -> assertThat(writer.isWritable()).isTrue());
  }

  @Test
  void noFrameCountsTwiceWhileTheQueueIsWritten() throws IOException {
    CountDownLatch written = new CountDownLatch(1);
    channel.eventLoop().execute(() -> await(written));
    write(1, 2, 3);
    assertThat(writer.unsentBytes()).isEqualTo(FRAME_BYTES * 3);
    onWrite = () -> unsentAtWrites.add(writer.unsentBytes());
    written.countDown();

    assertReceived(1, 2, 3);
    onLoop(() -> assertThat(writer.unsentBytes()).isZero());
    assertThat(unsentAtWrites)
        .hasSize(3)
        .allMatch(bytes -> bytes <= FRAME_BYTES * 3 + OVERHEAD_BYTES * 3);
  }

  @Test
  void theLoopSendsWhatWasHandedOverBeforeItsLastWord() throws IOException {
    onLoop(
        () -> {
          CompletableFuture.runAsync(() -> write(1, 2)).join();
          writer.writeQueued();
          write(3);
        });

    assertReceived(1, 2, 3);
  }

  @Test
  void aLeaseIsClosedWhenItsBytesAreSentAndNotBefore() throws IOException {
    onLoop(
        () -> {
          writer.readBegins();
          writer.write(Unpooled.buffer().writeInt(1), leasesClosed::incrementAndGet);
        });
    onLoop(() -> assertThat(leasesClosed).hasValue(0));
    onLoop(writer::readComplete);

    assertReceived(1);
    onLoop(() -> assertThat(leasesClosed).hasValue(1));
  }

  @Test
  void aLeaseIsClosedWhenItsBytesWillNeverBeSent() {
    channel.close().syncUninterruptibly();

    writer.write(Unpooled.buffer().writeInt(1), leasesClosed::incrementAndGet);

    onLoop(() -> assertThat(leasesClosed).hasValue(1));
  }

  @Test
  void aLeaseIsClosedWhenTheLoopHasEnded() {
    endTheLoop();
    ByteBuf frame = Unpooled.buffer().writeInt(1);

    writer.write(frame, leasesClosed::incrementAndGet);

    assertThat(leasesClosed).hasValue(1);
    assertThat(frame.refCnt()).isZero();
  }

  private void write(int... values) {
    for (int value : values) {
      writer.write(Unpooled.buffer().writeInt(value));
    }
  }

  private void assertReceived(int... values) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    for (int value : values) {
      assertThat(in.readInt()).isEqualTo(value);
    }
  }

  private void onLoop(Runnable task) {
    channel.eventLoop().submit(task).syncUninterruptibly();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).as("counted down").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Channel connected() {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel connected =
          new Bootstrap()
              .group(group)
              .channel(NioSocketChannel.class)
              .handler(new FlushCounter())
              .connect(listening.getLocalSocketAddress())
              .syncUninterruptibly()
              .channel();
      client = listening.accept();
      client.setSoTimeout(120_000);
      return connected;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class FlushCounter extends ChannelOutboundHandlerAdapter {

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      ctx.write(message, promise);
      onWrite.run();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
      flushes.incrementAndGet();
      ctx.flush();
    }
  }
}
