package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * A position to commit.
 *
 * @param topicId id of the topic
 * @param partition number of the partition, from 0
 * @param offset offset of the next event to process
 * @param leaderEpoch -1: unknown
 * @param metadata a text of the client, up to 4,096 bytes
 */
public record OffsetToCommit(
    UUID topicId, int partition, long offset, int leaderEpoch, String metadata) {

  static final int MIN_BYTES = 16 + 4 + 8 + 4 + WireReader.MIN_STRING_BYTES;

  static OffsetToCommit decode(WireReader in) {
    return new OffsetToCommit(
        in.uuid("topicId"),
        in.i32("partition"),
        in.i64("offset"),
        in.i32("leaderEpoch"),
        in.string("metadata"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.i64(offset);
    out.i32(leaderEpoch);
    out.string(metadata);
  }
}
