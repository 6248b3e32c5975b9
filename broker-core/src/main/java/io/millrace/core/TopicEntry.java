package io.millrace.core;

import java.util.UUID;

/**
 * What is on record about a topic.
 *
 * @param createdAtMicros microseconds since 1970-01-01T00:00Z
 * @param partitions at least 1
 */
record TopicEntry(
    UUID id,
    String name,
    long createdAtMicros,
    int partitions,
    Stage stage,
    TopicSettings settings) {

  /** The stage in the life of a topic. Its byte is its place in this list. */
  enum Stage {
    /** Some of its logs may not exist; its creator has no answer. */
    CREATING,
    /** All its logs exist. */
    ACTIVE,
    /** Clients no longer see it; its logs are being deleted. */
    DELETING,
    /** Active, and some logs after its last partition may exist. No client has seen them. */
    GROWING;

    /** Whether clients see the topic, with all partitions of its entry. */
    boolean isServed() {
      return this == ACTIVE || this == GROWING;
    }
  }

  TopicEntry in(Stage next) {
    return new TopicEntry(id, name, createdAtMicros, partitions, next, settings);
  }

  TopicEntry withPartitions(int count) {
    return new TopicEntry(id, name, createdAtMicros, count, stage, settings);
  }

  TopicEntry with(TopicSettings changed) {
    return new TopicEntry(id, name, createdAtMicros, partitions, stage, changed);
  }
}
