package io.millrace.group;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/**
 * A member as the assignor sees it. Members are in an order that does not change.
 *
 * @param topics the topics that it wants
 * @param target what it was to have until now
 */
record Claim(Member member, Set<UUID> topics, Collection<PartitionId> target) {

  boolean holds(PartitionId partition) {
    return member.holds(partition);
  }

  boolean wants(PartitionId partition) {
    return topics.contains(partition.topicId());
  }
}
