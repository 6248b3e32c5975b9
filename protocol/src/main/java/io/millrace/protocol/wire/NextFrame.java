package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** The state of the next frame in a buffer. The client and the broker use the same rule. */
public enum NextFrame {
  /** The length field or the rest of the frame is missing. */
  INCOMPLETE,
  /** The buffer has the whole frame, from its length field to its last byte. */
  COMPLETE,
  /** The length exceeds the limit: {@code FRAME_TOO_LARGE}, before the frame is buffered. */
  TOO_LARGE,
  /** The length is below that of a header, or negative: {@code MALFORMED_FRAME}. */
  TOO_SMALL;

  /** Largest length field of a frame that the broker sends and a client must accept. */
  public static final int MAX_BYTES_TO_CLIENT = 64 << 20;

  /**
   * Reads the length field at the reader index. Does not change the buffer.
   *
   * @param in received bytes; the reader index is at the start of a frame
   * @param maxFrameBytes limit of the length field
   */
  public static NextFrame of(ByteBuf in, int maxFrameBytes) {
    if (in.readableBytes() < FrameHeader.LENGTH_BYTES) {
      return INCOMPLETE;
    }
    int length = length(in);
    if (length < FrameHeader.BYTES) {
      return TOO_SMALL;
    }
    if (length > maxFrameBytes) {
      return TOO_LARGE;
    }
    return in.readableBytes() - FrameHeader.LENGTH_BYTES < length ? INCOMPLETE : COMPLETE;
  }

  /** The length field at the reader index. The buffer must hold at least these 4 bytes. */
  public static int length(ByteBuf in) {
    return in.getIntLE(in.readerIndex());
  }
}
