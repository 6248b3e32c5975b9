package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.NextFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Cuts the stream into frames, each a slice of what was read, without its length field; the next
 * handler releases it. Fires a {@link ProtocolViolation} when the stream cannot be cut, and throws
 * away what comes after it. Event loop only.
 *
 * <p>It can be stopped, between any two frames. While it is, no byte is read from the socket and no
 * frame is cut out of what was read before; so it holds at most one frame and one read in memory.
 */
final class RequestFrameDecoder extends ByteToMessageDecoder {

  /** A client that claims a long frame and sends little of it gets little memory. */
  private static final int GROWTH = 4;

  private final int maxFrameBytes;
  private boolean reading = true;
  private boolean discarding;

  /**
   * @param maxFrameBytes longest frame, as its length field says it
   */
  RequestFrameDecoder(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  boolean isReading() {
    return reading;
  }

  /** Stops, or goes on. */
  void read(Channel channel, boolean on) {
    if (on == reading) {
      return;
    }
    reading = on;
    channel.config().setAutoRead(on);
    if (on) {
      // Not within the loop that cuts frames, from which this may be called.
      channel.eventLoop().execute(() -> cutWhatIsLeft(channel));
    }
  }

  /**
   * Not when it was stopped again meanwhile: after a read that gave no frame the decoder asks the
   * socket for more, stopped or not.
   */
  private void cutWhatIsLeft(Channel channel) {
    if (reading) {
      channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (discarding) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (!reading) {
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
    ctx.fireUserEventTriggered(new ProtocolViolation(code, message));
  }
}
