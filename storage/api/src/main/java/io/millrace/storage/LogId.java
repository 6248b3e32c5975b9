package io.millrace.storage;

import java.util.Objects;
import java.util.UUID;

/**
 * Identity of a partition's log.
 *
 * @param topicId identity of the topic; a topic created anew under an old name has a new one
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
