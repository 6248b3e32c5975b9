package io.millrace.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is passed to the encryption while the client takes nothing. */
class PacedWritesTest {

  private static final int WINDOW = EncryptionMemory.MAX_BYTES;

  /**
   * In the place of the encryption and the socket, which keep bytes until the client takes them.
   */
  private static final class Client extends ChannelOutboundHandlerAdapter {

    private final Queue<ByteBuf> kept = new ArrayDeque<>();
    private final Queue<ChannelPromise> promises = new ArrayDeque<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      kept.add((ByteBuf) message);
      promises.add(promise);
    }

    int keptBytes() {
      return kept.stream().mapToInt(ByteBuf::readableBytes).sum();
    }

    int takeOne() {
      ByteBuf taken = kept.remove();
      int bytes = taken.readableBytes();
      taken.release();
      promises.remove().setSuccess();
      return bytes;
    }
  }

  private final Client client = new Client();
  private final PacedWrites writes = new PacedWrites(new EncryptionMemory(WINDOW));
  private EmbeddedChannel channel;

  @BeforeEach
  void open() {
    channel = new EmbeddedChannel(client, writes);
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(WINDOW, 4 * WINDOW));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    client.kept.forEach(ByteBuf::release);
  }

  private ChannelFuture write(int bytes) {
    return channel.writeAndFlush(Unpooled.directBuffer(bytes).writerIndex(bytes));
  }

  @Test
  void nothingPassesBeforeTheHandshakeIsComplete() {
    ChannelFuture written = write(10);
    assertThat(client.keptBytes()).isZero();

    writes.open();

    assertThat(client.keptBytes()).isEqualTo(10);
    client.takeOne();
    assertThat(written.isSuccess()).isTrue();
  }

  @Test
  void noMoreThanTheWindowIsEncryptedAndNotSent() {
    writes.open();
    ChannelFuture written = write(10 * WINDOW);

    long taken = 0;
    while (!client.kept.isEmpty()) {
      assertThat(client.keptBytes()).isLessThanOrEqualTo(WINDOW);
      assertThat(written.isDone()).isFalse();
      taken += client.takeOne();
    }

    assertThat(taken).isEqualTo(10L * WINDOW);
    assertThat(written.isSuccess()).isTrue();
  }

  @Test
  void whatWaitsCountsAsUnsent() {
    writes.open();

    write(6 * WINDOW);

    assertThat(channel.isWritable()).isFalse();
    while (!client.kept.isEmpty()) {
      client.takeOne();
    }
    channel.runPendingTasks();
    assertThat(channel.isWritable()).isTrue();
  }

  @Test
  void anEmptyBufferIsDoneAfterAllBeforeIt() {
    writes.open();
    write(2 * WINDOW);
    ChannelFuture last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);

    client.takeOne();
    assertThat(last.isDone()).isFalse();
    while (!client.kept.isEmpty()) {
      client.takeOne();
    }

    assertThat(last.isSuccess()).isTrue();
  }

  @Test
  void aCloseReleasesWhatWaits() {
    ByteBuf waiting = Unpooled.directBuffer(10).writerIndex(10);
    ChannelFuture written = channel.writeAndFlush(waiting);

    channel.close();

    assertThat(waiting.refCnt()).isZero();
    assertThat(written.isDone()).isTrue();
    assertThat(written.isSuccess()).isFalse();
  }

  @Test
  void aWriteAfterTheCloseIsReleased() {
    channel.close();
    ByteBuf late = Unpooled.directBuffer(10).writerIndex(10);

    ChannelFuture written = channel.writeAndFlush(late);
    channel.runPendingTasks();

    assertThat(late.refCnt()).isZero();
    assertThat(written.isSuccess()).isFalse();
  }
}
