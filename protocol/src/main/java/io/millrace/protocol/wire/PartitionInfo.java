package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * A partition at one moment: {@code start <= durable <= end}.
 *
 * @param partition its index
 * @param start first offset kept
 * @param durable one past the last offset forced to disk
 * @param end one past the last offset stored
 * @param sizeBytes bytes kept
 * @param failure why it takes no appends; {@code NONE}: it does
 * @param failureMessage the failure in words; empty when healthy
 */
public record PartitionInfo(
    int partition,
    long start,
    long durable,
    long end,
    long sizeBytes,
    ErrorCode failure,
    String failureMessage) {

  /** Bytes of a healthy partition. */
  static final int MIN_BYTES = 4 + 4 * 8 + 2 + WireReader.MIN_STRING_BYTES;

  public PartitionInfo {
    failureMessage = ErrorResponse.shorten(failureMessage);
  }

  static PartitionInfo decode(WireReader in) {
    return new PartitionInfo(
        in.i32("partition"),
        in.i64("start"),
        in.i64("durable"),
        in.i64("end"),
        in.i64("sizeBytes"),
        in.errorCode("failure"),
        in.string("failureMessage"));
  }

  void encode(WireWriter out) {
    out.i32(partition);
    out.i64(start);
    out.i64(durable);
    out.i64(end);
    out.i64(sizeBytes);
    out.u16(failure.code());
    out.string(failureMessage);
  }
}
