package io.millrace.group;

import java.util.Objects;
import java.util.UUID;

/**
 * A partition of one topic. The id of a topic is never used again: a topic that is created under
 * the name of a deleted one has other partitions.
 *
 * @param partition number of the partition, from 0
 */
public record PartitionId(UUID topicId, int partition) implements Comparable<PartitionId> {

  public PartitionId {
    Objects.requireNonNull(topicId, "topicId");
  }

  @Override
  public int compareTo(PartitionId other) {
    int topics = topicId.compareTo(other.topicId);
    return topics != 0 ? topics : Integer.compare(partition, other.partition);
  }

  @Override
  public int hashCode() {
    return 31 * topicId.hashCode() + partition;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PartitionId that
        && partition == that.partition
        && topicId.equals(that.topicId);
  }
}
