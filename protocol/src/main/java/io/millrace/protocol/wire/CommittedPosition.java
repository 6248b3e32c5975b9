package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * The position of a group in a partition.
 *
 * @param topicId id of the topic
 * @param partition number of the partition
 * @param offset offset of the next event to process
 * @param leaderEpoch -1: unknown
 * @param metadata a text of the client that committed
 * @param committedAtMicros time of the commit, microseconds since the epoch, UTC
 */
public record CommittedPosition(
    UUID topicId,
    int partition,
    long offset,
    int leaderEpoch,
    String metadata,
    long committedAtMicros) {

  static final int MIN_BYTES = 16 + 4 + 8 + 4 + WireReader.MIN_STRING_BYTES + 8;

  static CommittedPosition decode(WireReader in) {
    return new CommittedPosition(
        in.uuid("topicId"),
        in.i32("partition"),
        in.i64("offset"),
        in.i32("leaderEpoch"),
        in.string("metadata"),
        in.i64("committedAtMicros"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
    out.i64(offset);
    out.i32(leaderEpoch);
    out.string(metadata);
    out.i64(committedAtMicros);
  }
}
