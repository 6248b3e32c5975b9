package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * The state of a partition at one moment. Its offsets are {@code start <= durable <= end}.
 *
 * @param partition index of the partition
 * @param start offset of the first event that the log still has
 * @param durable one past the last offset that is on disk
 * @param end one past the last stored offset
 * @param sizeBytes size of the log
 * @param failure why the partition accepts no appends; {@code NONE} if it accepts them
 * @param failureMessage the failure in words; empty without a failure
 */
public record PartitionInfo(
    int partition,
    long start,
    long durable,
    long end,
    long sizeBytes,
    ErrorCode failure,
    String failureMessage) {

  /** Smallest size: no failure message. */
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
