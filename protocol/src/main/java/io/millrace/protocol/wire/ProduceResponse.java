package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The receipt of a batch that is in the log.
 *
 * @param baseOffset offset of the first record of the batch
 * @param appendTimeMicros when the broker appended the batch, microseconds since the epoch, UTC
 */
public record ProduceResponse(long baseOffset, long appendTimeMicros) implements Response {

  private static final int BODY_BYTES = 2 + 8 + 8;

  static ProduceResponse decode(WireReader in) {
    return new ProduceResponse(in.i64("baseOffset"), in.i64("appendTimeMicros"));
  }

  /**
   * Encodes a whole frame from its fields.
   *
   * @param version the version of the request
   * @param correlationId the correlation id of the request
   * @return the frame, owned by the caller
   */
  public static ByteBuf encodeFrame(
      ByteBufAllocator allocator,
      int version,
      int correlationId,
      long baseOffset,
      long appendTimeMicros) {
    ByteBuf out = allocator.buffer(FrameHeader.BODY_AT + BODY_BYTES);
    FrameHeader.write(
        out, FrameKind.RESPONSE, version, Api.PRODUCE.number(), correlationId, BODY_BYTES);
    out.writeShortLE(ErrorCode.NONE.code());
    out.writeLongLE(baseOffset);
    out.writeLongLE(appendTimeMicros);
    return out;
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(baseOffset);
    out.i64(appendTimeMicros);
  }
}
