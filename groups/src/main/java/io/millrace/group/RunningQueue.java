package io.millrace.group;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The consumers and the windows of one queue. In memory only; {@link QueueStates} changes it. */
final class RunningQueue {

  private final Map<UUID, ConsumerState> consumers = new HashMap<>();
  private final Map<UUID, Integer> consumersOfTopic = new HashMap<>();
  private final NavigableMap<PartitionId, QueuePartition> partitions = new TreeMap<>();

  /** The consumer, or null. */
  ConsumerState consumer(UUID id) {
    return consumers.get(id);
  }

  Collection<ConsumerState> consumers() {
    return consumers.values();
  }

  /** The topics that somebody has open. */
  Set<UUID> topics() {
    return consumersOfTopic.keySet();
  }

  boolean isOpen(UUID topic) {
    return consumersOfTopic.containsKey(topic);
  }

  void add(ConsumerState consumer) {
    consumers.put(consumer.id(), consumer);
    consumersOfTopic.merge(consumer.topic(), 1, Integer::sum);
  }

  void remove(ConsumerState consumer) {
    consumers.remove(consumer.id());
    consumersOfTopic.computeIfPresent(
        consumer.topic(), (topic, count) -> count == 1 ? null : count - 1);
  }

  /** The window of a partition, or null. */
  QueuePartition partition(PartitionId id) {
    return partitions.get(id);
  }

  NavigableMap<PartitionId, QueuePartition> partitions() {
    return partitions;
  }

  /** The windows of a topic. */
  List<QueuePartition> partitions(UUID topic) {
    PartitionId first = new PartitionId(topic, 0);
    PartitionId last = new PartitionId(topic, Integer.MAX_VALUE);
    return List.copyOf(partitions.subMap(first, true, last, true).values());
  }

  /** The topics that have windows: somebody has them open, or they have dying events. */
  Set<UUID> topicsWithWindows() {
    Set<UUID> topics = new HashSet<>();
    partitions.keySet().forEach(partition -> topics.add(partition.topicId()));
    return topics;
  }

  boolean isOver() {
    return consumers.isEmpty() && partitions.isEmpty();
  }
}
