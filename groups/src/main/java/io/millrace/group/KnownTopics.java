package io.millrace.group;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * All topics of the broker at one time. Immutable.
 *
 * <p>The list must be complete: a topic that is not in it is deleted, and the groups remove its
 * committed offsets. A topic that exists but cannot be served is <em>unavailable</em>: nobody gets
 * its partitions, and its committed offsets stay.
 */
public final class KnownTopics {

  private final NavigableMap<String, GroupTopic> byName = new TreeMap<>();
  private final Map<UUID, GroupTopic> byId = new HashMap<>();
  private final Set<UUID> unavailable;

  /**
   * @param topics the topics that are served
   * @param unavailable the ids of all other topics that exist
   */
  public KnownTopics(Collection<GroupTopic> topics, Set<UUID> unavailable) {
    for (GroupTopic topic : topics) {
      byName.put(topic.name(), topic);
      byId.put(topic.id(), topic);
    }
    this.unavailable = Set.copyOf(unavailable);
  }

  /** The ids of the served topics that a subscription names or matches now, sorted. */
  NavigableMap<UUID, GroupTopic> resolve(MemberSubscription subscription) {
    NavigableMap<UUID, GroupTopic> resolved = new TreeMap<>();
    for (String name : subscription.topics()) {
      GroupTopic topic = byName.get(name);
      if (topic != null) {
        resolved.put(topic.id(), topic);
      }
    }
    subscription
        .glob()
        .ifPresent(glob -> glob.search(byName).forEach(topic -> resolved.put(topic.id(), topic)));
    return resolved;
  }

  Optional<GroupTopic> served(UUID topicId) {
    return Optional.ofNullable(byId.get(topicId));
  }

  /** Whether the topic is deleted, or the partition has never existed. */
  boolean isGone(PartitionId partition) {
    GroupTopic topic = byId.get(partition.topicId());
    return topic == null
        ? !unavailable.contains(partition.topicId())
        : partition.partition() < 0 || partition.partition() >= topic.partitions();
  }

  /** A partition as messages show it: by the topic's name if it is known. */
  String show(PartitionId partition) {
    GroupTopic topic = byId.get(partition.topicId());
    String name = topic == null ? partition.topicId().toString() : topic.name();
    return name + "-" + partition.partition();
  }
}
