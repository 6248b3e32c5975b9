package io.millrace.client;

import java.util.Comparator;
import java.util.Objects;

/**
 * A partition of a topic. Sorted by topic, then by partition.
 *
 * @param topic the name of the topic
 * @param partition the number of the partition, from 0
 */
public record GroupPartition(String topic, int partition) implements Comparable<GroupPartition> {

  private static final Comparator<GroupPartition> ORDER =
      Comparator.comparing(GroupPartition::topic).thenComparingInt(GroupPartition::partition);

  public GroupPartition {
    Objects.requireNonNull(topic, "topic");
  }

  @Override
  public int compareTo(GroupPartition other) {
    return ORDER.compare(this, other);
  }

  /** The topic and the partition, as in {@code orders-3}. */
  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
