package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * What a deletion of events has done in one partition.
 *
 * @param partition index of the partition
 * @param start the offset of the first event that the log still has, which is on disk; -1 after a
 *     failure
 * @param failure why the events are not deleted; {@code NONE} if they are
 * @param failureMessage the failure in words; empty without a failure
 */
public record DeletionResult(int partition, long start, ErrorCode failure, String failureMessage) {

  /** Smallest size: no failure message. */
  static final int MIN_BYTES = 4 + 8 + 2 + WireReader.MIN_STRING_BYTES;

  public DeletionResult {
    failureMessage = ErrorResponse.shorten(failureMessage);
  }

  static DeletionResult decode(WireReader in) {
    return new DeletionResult(
        in.i32("partition"), in.i64("start"), in.errorCode("failure"), in.string("failureMessage"));
  }

  void encode(WireWriter out) {
    out.i32(partition);
    out.i64(start);
    out.u16(failure.code());
    out.string(failureMessage);
  }
}
