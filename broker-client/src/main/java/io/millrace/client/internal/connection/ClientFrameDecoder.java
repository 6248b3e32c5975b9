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

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    switch (NextFrame.of(in, NextFrame.MAX_BYTES_TO_CLIENT)) {
      case INCOMPLETE -> reserveFrame(in);
      case COMPLETE -> {
        int length = NextFrame.length(in);
        out.add(in.skipBytes(FrameHeader.LENGTH_BYTES).readRetainedSlice(length));
      }
      case TOO_LARGE, TOO_SMALL -> throw invalidLength(in);
    }
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
            + NextFrame.MAX_BYTES_TO_CLIENT
            + ": is this the native port of a Millrace broker?");
  }
}
