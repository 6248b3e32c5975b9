package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * A position to set.
 *
 * @param topicId id of the topic
 * @param partition number of the partition, from 0
 * @param offset offset of the next event to process; -1 removes the position
 */
public record NewOffset(UUID topicId, int partition, long offset) {

  static final int MIN_BYTES = 16 + 4 + 8;

  static NewOffset decode(WireReader in) {
    return new NewOffset(in.uuid("topicId"), in.i32("partition"), in.i64("offset"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.i64(offset);
  }
}
