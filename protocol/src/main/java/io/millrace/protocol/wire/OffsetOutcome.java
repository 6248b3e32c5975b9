package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.UUID;

/**
 * What became of one position.
 *
 * @param topicId id of the topic
 * @param partition number of the partition
 * @param error why nothing changed; {@code NONE} if it is stored
 * @param message the error in words; empty if there is none
 * @param committed the position that the group has now; -1: none
 * @param owner first 8 characters of the id of the member that owns the partition now; empty: none,
 *     or not reported
 */
public record OffsetOutcome(
    UUID topicId, int partition, ErrorCode error, String message, long committed, String owner) {

  static final int MIN_BYTES =
      16 + 4 + 2 + WireReader.MIN_STRING_BYTES + 8 + WireReader.MIN_STRING_BYTES;

  public OffsetOutcome {
    message = ErrorResponse.shorten(message);
  }

  static OffsetOutcome decode(WireReader in) {
    return new OffsetOutcome(
        in.uuid("topicId"),
        in.i32("partition"),
        in.errorCode("error"),
        in.string("message"),
        in.i64("committed"),
        in.string("owner"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.u16(error.code());
    out.string(message);
    out.i64(committed);
    out.string(owner);
  }
}
