package io.millrace.client.internal.connection;

import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.NextFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/** Cuts the bytes that come into frames, without their length field; the next handler owns them. */
final class ClientFrameDecoder extends ByteToMessageDecoder {

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    switch (NextFrame.of(in, NextFrame.MAX_BYTES_TO_CLIENT)) {
      case INCOMPLETE -> makeRoom(in);
      case COMPLETE -> {
        int length = NextFrame.length(in);
        out.add(in.skipBytes(FrameHeader.LENGTH_BYTES).readRetainedSlice(length));
      }
      case TOO_LARGE, TOO_SMALL -> throw impossible(in);
    }
  }

  /**
   * Grows once for a large frame, instead of once for each doubling. Not while frames cut earlier
   * are still held: growing moves the memory from under those who read them on another thread.
   */
  private static void makeRoom(ByteBuf in) {
    if (in.refCnt() == 1 && in.readableBytes() >= FrameHeader.LENGTH_BYTES) {
      in.ensureWritable(FrameHeader.LENGTH_BYTES + NextFrame.length(in) - in.readableBytes());
    }
  }

  private static CorruptedFrameException impossible(ByteBuf in) {
    int length = NextFrame.length(in);
    in.skipBytes(in.readableBytes());
    return new CorruptedFrameException(
        "a frame of "
            + length
            + " bytes came; expected "
            + FrameHeader.BYTES
            + " to "
            + NextFrame.MAX_BYTES_TO_CLIENT
            + ": is this the native port of a Millrace broker?");
  }
}
