package io.millrace.storage;

import java.util.Objects;
import java.util.UUID;

/**
 * The identity of the log of a partition.
 *
 * @param topicId identity of the topic. A topic that is deleted and created again under the same
 *     name gets another identity
 * @param partition index in the topic, from 0
 */
public record LogId(UUID topicId, int partition) {

  public LogId {
    Objects.requireNonNull(topicId, "topicId");
    if (partition < 0) {
      throw new IllegalArgumentException("partition " + partition + " is negative");
    }
  }

  @Override
  public String toString() {
    return topicId + "-" + partition;
  }
}
