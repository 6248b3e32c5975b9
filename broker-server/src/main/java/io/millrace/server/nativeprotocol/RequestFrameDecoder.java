package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.NextFrame;
import io.millrace.server.listener.AddressBlock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * Splits the stream into frames. A frame is a slice of the bytes that were read, without its length
 * field; the next handler releases it. Fires a {@link ProtocolViolation} if a length is not
 * allowed, and discards all later bytes. Event loop of the connection.
 *
 * <p>It can be stopped between any two frames. A stopped decoder reads no byte from the socket, and
 * gives no frame of the bytes that were read before. So it holds at most one frame and one read in
 * memory. A frame that does not fit into the buffer of its first read needs a claim on the {@link
 * FrameMemory}. While the claim waits, the decoder is stopped.
 */
final class RequestFrameDecoder extends ByteToMessageDecoder {

  /** The memory for a frame is at most this many times the received bytes of the frame. */
  private static final int GROWTH = 4;

  private int maxFrameBytes;
  private final FrameMemory memory;
  private final AddressBlock address;
  private boolean reading = true;
  private boolean discarding;

  /** For the frame that is not complete; null if it needs none. */
  private FrameClaim claim;

  private boolean claimWaits;

  /** Whether a frame with a claim has been completed. */
  private boolean proven;

  private boolean unfinished;
  private long frames;

  /**
   * @param maxFrameBytes largest value of the length field
   * @param address of the client
   */
  RequestFrameDecoder(int maxFrameBytes, FrameMemory memory, AddressBlock address) {
    this.maxFrameBytes = maxFrameBytes;
    this.memory = memory;
    this.address = address;
  }

  /** Sets the largest value of the length field of later frames. */
  void limit(int frameBytes) {
    maxFrameBytes = frameBytes;
  }

  /** Whether it reads from the socket. */
  boolean isReading() {
    return reading && !claimWaits;
  }

  /** Whether a frame has begun and is not complete. */
  boolean isUnfinished() {
    return unfinished;
  }

  /** The number of complete frames so far. */
  long frames() {
    return frames;
  }

  /**
   * Stops or resumes.
   *
   * @return whether this changes anything
   */
  boolean read(Channel channel, boolean on) {
    if (on == reading) {
      return false;
    }
    reading = on;
    updateReading(channel);
    return true;
  }

  /** Sets whether it is stopped because of the broker, and not because of the client. */
  void holdUp(boolean on) {
    if (claim != null) {
      memory.holdUp(claim, on);
    }
  }

  /** If the frame waits for memory, takes it from frames that are too slow. */
  void makeRoom() {
    if (claimWaits) {
      memory.makeRoom();
    }
  }

  private void updateReading(Channel channel) {
    channel.config().setAutoRead(isReading());
    if (isReading()) {
      // Later, because this may be called within the decoding loop.
      channel.eventLoop().execute(() -> decodeBuffered(channel));
    }
  }

  /**
   * Decodes the bytes that were already read. Does nothing if the decoder was stopped in the
   * meantime. A stopped decoder gives no frame, and Netty would then read from the socket even if
   * automatic reading is off.
   */
  private void decodeBuffered(Channel channel) {
    if (isReading()) {
      channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
    }
  }

  /**
   * A stopped decoder does not call the method of its parent class, which would read from the
   * socket because no frame was given and automatic reading is off.
   */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (isReading()) {
      super.channelReadComplete(ctx);
    } else {
      discardSomeReadBytes();
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!isReading()) {
      return;
    }
    switch (NextFrame.of(in, maxFrameBytes)) {
      case INCOMPLETE -> unfinished(ctx, in);
      case COMPLETE -> {
        int length = NextFrame.length(in);
        in.skipBytes(FrameHeader.LENGTH_BYTES);
        frames++;
        proven |= claim != null;
        ended();
        out.add(in.readRetainedSlice(length));
      }
      case TOO_LARGE ->
          violated(
              ctx,
              in,
              ErrorCode.FRAME_TOO_LARGE,
              "the frame has "
                  + NextFrame.length(in)
                  + " bytes; the limit is "
                  + maxFrameBytes
                  + (maxFrameBytes == ConnectionLogin.MAX_FRAME_BYTES
                      ? " until the client is authenticated"
                      : "; send smaller batches, or raise limits.maxBatchBytes"));
      case TOO_SMALL ->
          violated(
              ctx,
              in,
              ErrorCode.MALFORMED_FRAME,
              "the frame has a length of "
                  + NextFrame.length(in)
                  + "; expected "
                  + FrameHeader.BYTES
                  + " to "
                  + maxFrameBytes);
    }
  }

  private void unfinished(ChannelHandlerContext ctx, ByteBuf in) {
    unfinished = true;
    int received = in.readableBytes();
    if (received < FrameHeader.LENGTH_BYTES) {
      return;
    }
    int frameBytes = FrameHeader.LENGTH_BYTES + NextFrame.length(in);
    if (claim == null) {
      if (frameBytes <= in.capacity() - in.readerIndex()) {
        return;
      }
      claim = new FrameClaim(ctx, DirectMemory.capacityFor(frameBytes));
      claim.received(received);
      claimWaits = !memory.claim(claim);
      if (claimWaits) {
        ctx.channel().config().setAutoRead(false);
        return;
      }
    }
    claim.received(received);
    grow(in, frameBytes);
  }

  /**
   * Grows the buffer for a large frame in one or two steps, instead of doubling it many times. Does
   * nothing while earlier frames are retained. Growing would move the memory of the buffer while
   * another thread reads it.
   */
  private static void grow(ByteBuf in, int frameBytes) {
    int received = in.readableBytes();
    if (in.refCnt() == 1) {
      in.ensureWritable((int) (Math.min(frameBytes, (long) GROWTH * received) - received));
    }
  }

  /** Discards all bytes from now on, and frees the memory of an unfinished frame. */
  void discard(Channel channel) {
    discarding = true;
    ended();
    if (claimWaits) {
      claimWaits = false;
      channel.config().setAutoRead(isReading());
    }
    // Later, because this may be called within the decoding loop.
    channel.eventLoop().execute(() -> channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER));
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    ended();
  }

  private void ended() {
    unfinished = false;
    if (claim != null) {
      memory.release(claim);
      claim = null;
    }
  }

  private void violated(ChannelHandlerContext ctx, ByteBuf in, ErrorCode code, String message) {
    discard(ctx.channel());
    in.skipBytes(in.readableBytes());
    ctx.fireUserEventTriggered(new ProtocolViolation(code, message));
  }

  /** The claim for the unfinished frame of this decoder. */
  private final class FrameClaim extends FrameMemory.Claim {

    private final ChannelHandlerContext context;

    FrameClaim(ChannelHandlerContext context, long bytes) {
      super(new ClaimOrigin(address, proven), bytes);
      this.context = context;
    }

    @Override
    void granted() {
      execute(
          () -> {
            claimWaits = false;
            updateReading(context.channel());
          });
    }

    @Override
    void displaced(String reason) {
      execute(
          () -> {
            discard(context.channel());
            context.fireUserEventTriggered(new ProtocolViolation(ErrorCode.SLOW_WRITER, reason));
          });
    }

    /** Runs a task on the event loop, if the claim has not ended until then. */
    private void execute(Runnable task) {
      try {
        context
            .executor()
            .execute(
                () -> {
                  if (claim == this) {
                    task.run();
                  }
                });
      } catch (RejectedExecutionException e) {
        // The event loop has ended, and with it all connections and their claims.
        memory.release(this);
      }
    }
  }
}
