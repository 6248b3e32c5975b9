package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * A partition that refuses appends.
 *
 * @param topic name of its topic
 * @param partition index of the partition
 * @param failure the code of its refusals
 * @param failureMessage the reason in words
 */
public record RefusingPartition(
    String topic, int partition, ErrorCode failure, String failureMessage) {

  /** Smallest size: no name, no message. */
  static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 4 + 2 + WireReader.MIN_STRING_BYTES;

  public RefusingPartition {
    failureMessage = ErrorResponse.shorten(failureMessage);
  }

  static RefusingPartition decode(WireReader in) {
    return new RefusingPartition(
        in.string("topic"),
        in.i32("partition"),
        in.errorCode("failure"),
        in.string("failureMessage"));
  }

  void encode(WireWriter out) {
    out.string(topic);
    out.i32(partition);
    out.u16(failure.code());
    out.string(failureMessage);
  }
}
