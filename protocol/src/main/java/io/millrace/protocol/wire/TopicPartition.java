package io.millrace.protocol.wire;

import java.util.UUID;

/**
 * A partition of a topic.
 *
 * @param topicId id of the topic
 * @param partition number of the partition, from 0
 */
public record TopicPartition(UUID topicId, int partition) {

  static final int MIN_BYTES = 16 + 4;

  static TopicPartition decode(WireReader in) {
    return new TopicPartition(in.uuid("topicId"), in.i32("partition"));
  }

  void encode(WireWriter out) {
    out.uuid(topicId);
    out.i32(partition);
  }
}
