package io.millrace.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CoalescingBufferQueue;
import java.nio.channels.ClosedChannelException;

/**
 * Passes the bytes of a connection to its encryption no faster than the client takes them. An
 * encrypted byte is in direct memory, while a byte of an event is in the page cache until then. So
 * a client that reads slowly takes no more direct memory than its part of the {@link
 * EncryptionMemory}, however much waits for it. What waits counts as unsent bytes of the channel.
 * Event loop of the connection.
 *
 * <p>Nothing passes before it is certain whether the connection uses TLS: then an answer could go
 * out in plaintext.
 */
final class PacedWrites extends ChannelDuplexHandler {

  private static final int FIRST_FRAMES = 8;

  private final EncryptionMemory memory;
  private CoalescingBufferQueue waiting;
  private ChannelHandlerContext context;
  private boolean open;
  private boolean passing;
  private int encryptedBytes;

  PacedWrites(EncryptionMemory memory) {
    this.memory = memory;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    memory.opened();
    waiting = new CoalescingBufferQueue(ctx.channel(), FIRST_FRAMES, true);
  }

  /** Begins to pass bytes: the handshake is complete, or the connection uses no TLS. */
  void open() {
    open = true;
    pass();
  }

  /** Whether bytes pass. */
  boolean isOpen() {
    return open;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    waiting.add((ByteBuf) message, promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (open) {
      pass();
    } else {
      ctx.flush(); // for the handshake
    }
  }

  private void pass() {
    if (!open || passing) {
      return;
    }
    passing = true;
    try {
      int limit = memory.ofOneConnection();
      while (!waiting.isEmpty() && encryptedBytes < limit) {
        passSome(limit - encryptedBytes);
      }
    } finally {
      passing = false;
    }
  }

  private void passSome(int maxBytes) {
    ChannelPromise sent = context.newPromise();
    ByteBuf some = waiting.remove(maxBytes, sent);
    int bytes = some.readableBytes();
    encryptedBytes += bytes;
    sent.addListener(
        done -> {
          encryptedBytes -= bytes;
          pass();
        });
    context.writeAndFlush(some, sent);
  }

  /** The connection is closed by the broker: what waits is lost. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    discard();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    discard();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    memory.closed();
    discard();
  }

  private void discard() {
    waiting.releaseAndFailAll(new ClosedChannelException());
  }
}
