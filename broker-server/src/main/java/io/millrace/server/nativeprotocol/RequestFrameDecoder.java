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
 * Splits the stream into frames. A frame is a slice of the bytes that were read, without its length
 * field; the next handler releases it. Fires a {@link ProtocolViolation} if a length is not
 * allowed, and discards all later bytes. Event loop of the connection.
 *
 * <p>It can be stopped between any two frames. A stopped decoder reads no byte from the socket, and
 * gives no frame of the bytes that were read before. So it holds at most one frame and one read in
 * memory.
 */
final class RequestFrameDecoder extends ByteToMessageDecoder {

  /** The memory for a frame is at most this many times the received bytes of the frame. */
  private static final int GROWTH = 4;

  private final int maxFrameBytes;
  private boolean reading = true;
  private boolean discarding;

  /**
   * @param maxFrameBytes largest value of the length field
   */
  RequestFrameDecoder(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  boolean isReading() {
    return reading;
  }

  /** Stops or resumes. */
  void read(Channel channel, boolean on) {
    if (on == reading) {
      return;
    }
    reading = on;
    channel.config().setAutoRead(on);
    if (on) {
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
      case INCOMPLETE -> grow(in);
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
                  + "; send smaller batches, or raise limits.maxBatchBytes");
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

  /**
   * Grows the buffer for a large frame in one or two steps, instead of doubling it many times. Does
   * nothing while earlier frames are retained. Growing would move the memory of the buffer while
   * another thread reads it.
   */
  private static void grow(ByteBuf in) {
    int received = in.readableBytes();
    if (in.refCnt() == 1 && received >= FrameHeader.LENGTH_BYTES) {
      long frame = (long) FrameHeader.LENGTH_BYTES + NextFrame.length(in);
      in.ensureWritable((int) (Math.min(frame, (long) GROWTH * received) - received));
    }
  }

  /** Discards all bytes from now on. */
  void discard() {
    discarding = true;
  }

  private void violated(ChannelHandlerContext ctx, ByteBuf in, ErrorCode code, String message) {
    discard();
    in.skipBytes(in.readableBytes());
    ctx.fireUserEventTriggered(new ProtocolViolation(code, message));
  }
}
