package io.millrace.client.internal.connection;

import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.NextFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * Splits the received bytes into frames, without their length field. The next handler owns each
 * frame and must release it.
 */
final class ClientFrameDecoder extends ByteToMessageDecoder {

  /** The maximum length of the first frame, which answers Hello. Until then, nothing is trusted. */
  private static final int MAX_FIRST_BYTES = 1 << 20;

  private boolean first = true;

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (first && in.readableBytes() >= ForeignServer.BYTES) {
      refuseForeign(in);
    }
    switch (NextFrame.of(in, first ? MAX_FIRST_BYTES : NextFrame.MAX_BYTES_TO_CLIENT)) {
      case INCOMPLETE -> reserveFrame(in);
      case COMPLETE -> {
        first = false;
        int length = NextFrame.length(in);
        out.add(in.skipBytes(FrameHeader.LENGTH_BYTES).readRetainedSlice(length));
      }
      case TOO_LARGE, TOO_SMALL -> throw first ? unknownServer(in) : invalidLength(in);
    }
  }

  private static void refuseForeign(ByteBuf in) {
    ForeignServer.of(in)
        .ifPresent(
            foreign -> {
              in.skipBytes(in.readableBytes());
              throw new CorruptedFrameException(foreign.explanation());
            });
  }

  private static CorruptedFrameException unknownServer(ByteBuf in) {
    String bytes = ForeignServer.quote(in);
    in.skipBytes(in.readableBytes());
    return new CorruptedFrameException(
        "the port is not that of a Millrace broker: it answered " + bytes);
  }

  /**
   * Grows the buffer once to the size of a large frame, instead of doubling it several times. Does
   * nothing while earlier frames are retained. Growing would move the memory of the buffer while
   * another thread reads it.
   */
  private static void reserveFrame(ByteBuf in) {
    if (in.refCnt() == 1 && in.readableBytes() >= FrameHeader.LENGTH_BYTES) {
      in.ensureWritable(FrameHeader.LENGTH_BYTES + NextFrame.length(in) - in.readableBytes());
    }
  }

  private static CorruptedFrameException invalidLength(ByteBuf in) {
    int length = NextFrame.length(in);
    in.skipBytes(in.readableBytes());
    return new CorruptedFrameException(
        "a frame of "
            + length
            + " bytes was received; expected "
            + FrameHeader.BYTES
            + " to "
            + NextFrame.MAX_BYTES_TO_CLIENT);
  }
}
