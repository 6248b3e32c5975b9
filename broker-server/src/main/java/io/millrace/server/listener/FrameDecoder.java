package io.millrace.server.listener;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.NextFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Cuts the stream into frames, each a slice of what was read, without its length field; the next
 * handler releases it. Holds at most one frame and one read in memory. Fires a {@link Violation}
 * when the stream cannot be cut, and throws away what comes after it. Event loop only.
 */
final class FrameDecoder extends ByteToMessageDecoder {

  /** A client that claims a long frame and sends little of it gets little memory. */
  private static final int GROWTH = 4;

  private final int maxFrameBytes;
  private final BooleanSupplier wanted;
  private boolean discarding;

  /**
   * @param maxFrameBytes longest frame, as its length field says it
   * @param wanted whether the next frame may be taken now; when it turns true again, reading an
   *     empty buffer goes on
   */
  FrameDecoder(int maxFrameBytes, BooleanSupplier wanted) {
    this.maxFrameBytes = maxFrameBytes;
    this.wanted = wanted;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!wanted.getAsBoolean()) {
      return;
    }
    switch (NextFrame.of(in, maxFrameBytes)) {
      case INCOMPLETE -> makeRoom(in);
      case COMPLETE -> {
        int length = NextFrame.length(in);
        in.skipBytes(FrameHeader.LENGTH_BYTES);
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
                  + ": send smaller batches, or raise limits.maxBatchBytes");
      case TOO_SMALL ->
          violated(
              ctx,
              in,
              ErrorCode.MALFORMED_FRAME,
              "the frame claims a length of "
                  + NextFrame.length(in)
                  + "; expected "
                  + FrameHeader.BYTES
                  + " to "
                  + maxFrameBytes);
    }
  }

  /**
   * Grows in one or two steps for a large frame, instead of once for each doubling. Not while
   * frames cut earlier are still held: growing moves the memory from under those who read them on
   * another thread.
   */
  private static void makeRoom(ByteBuf in) {
    int here = in.readableBytes();
    if (in.refCnt() == 1 && here >= FrameHeader.LENGTH_BYTES) {
      long frame = (long) FrameHeader.LENGTH_BYTES + NextFrame.length(in);
      in.ensureWritable((int) (Math.min(frame, (long) GROWTH * here) - here));
    }
  }

  /** Throws away all that comes from now on. */
  void discard() {
    discarding = true;
  }

  private void violated(ChannelHandlerContext ctx, ByteBuf in, ErrorCode code, String message) {
    discard();
    in.skipBytes(in.readableBytes());
    ctx.fireUserEventTriggered(new Violation(code, message));
  }
}
