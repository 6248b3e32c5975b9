package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** What the bytes that have come say about the next frame. One rule for both ends. */
public enum NextFrame {
  /** More bytes are needed, to know or to have it whole. */
  INCOMPLETE,
  /** The frame is there, from its length field to its last byte. */
  COMPLETE,
  /** The length is over the limit: {@code FRAME_TOO_LARGE}, before its bytes are collected. */
  TOO_LARGE,
  /** The length has no room for a header, or is negative: {@code MALFORMED_FRAME}. */
  TOO_SMALL;

  /** Longest frame, by its length field, that the broker sends and a client must take. */
  public static final int MAX_BYTES_TO_CLIENT = 64 << 20;

  /**
   * Looks at the length field at the reader index and moves nothing.
   *
   * @param in what has come, its reader index where a frame begins
   * @param maxFrameBytes largest length allowed
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

  /** The length field at the reader index, which must have come. */
  public static int length(ByteBuf in) {
    return in.getIntLE(in.readerIndex());
  }
}
