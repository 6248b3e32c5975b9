package io.millrace.core;

import io.millrace.group.PartitionId;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.DyingEvent;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the dead letters of the queues of one shard: copies of events that were rejected or have
 * used up their attempts. An event is done when its dead letter is durable; a crash in between
 * leaves the dead letter twice. What fails is tried again, for ever. Owner thread of the shard,
 * unless a method says otherwise.
 */
final class DeadLetters implements DeadLetterLane.Owner {

  private record Key(String group, PartitionId partition) {}

  private final GroupShard shard;
  private final GroupTopics topics;
  private final QueueResources resources;
  private final Map<Key, DeadLetterLane> lanes = new HashMap<>();

  /** Those that wait for memory. */
  private final Set<DeadLetterLane> starving = new LinkedHashSet<>();

  private boolean waitsForMemory;

  DeadLetters(GroupShard shard, GroupTopics topics, QueueResources resources) {
    this.shard = shard;
    this.topics = topics;
    this.resources = resources;
  }

  /** Events must become dead letters. Those that are known already are not written again. */
  void add(String group, PartitionId partition, DeadLetterRule rule, List<DyingEvent> dying) {
    if (isDeleted(partition)) {
      return;
    }
    lanes
        .computeIfAbsent(
            new Key(group, partition),
            key -> new DeadLetterLane(shard, group, partition, topics, resources, this))
        .add(rule.topic(), dying);
  }

  @Override
  public void isEmpty(DeadLetterLane lane) {
    lanes.remove(new Key(lane.group(), lane.partition()), lane);
  }

  @Override
  public void lacksMemory(DeadLetterLane lane) {
    starving.add(lane);
    waitForMemory();
  }

  private void waitForMemory() {
    if (!waitsForMemory) {
      waitsForMemory = true;
      resources.memory().whenCopies(() -> shard.onOwner(this::memoryIsFree));
    }
  }

  /** One after the other: the first ones may take all. */
  private void memoryIsFree() {
    waitsForMemory = false;
    Iterator<DeadLetterLane> lane = starving.iterator();
    if (lane.hasNext()) {
      DeadLetterLane first = lane.next();
      lane.remove();
      first.next();
    }
    if (!starving.isEmpty()) {
      waitForMemory();
    }
  }

  /** How many partitions of queues have events for which there is no dead letter yet. */
  int lanes() {
    return lanes.size();
  }

  /** Why dead letters are not written; empty: they are. */
  String problem(String group, PartitionId partition) {
    DeadLetterLane lane = lanes.get(new Key(group, partition));
    return lane == null ? "" : lane.problem();
  }

  /** The group, or the topic, is gone. */
  void forget(String group, PartitionId partition) {
    DeadLetterLane lane = lanes.remove(new Key(group, partition));
    if (lane != null) {
      starving.remove(lane);
      lane.stop();
    }
  }

  /** Topics were created, deleted or changed. The events of a deleted topic are gone. */
  void topicsChanged() {
    for (Key key : List.copyOf(lanes.keySet())) {
      if (isDeleted(key.partition())) {
        forget(key.group(), key.partition());
      }
    }
  }

  private boolean isDeleted(PartitionId partition) {
    return topics.nameOf(partition.topicId()).isEmpty();
  }

  void stop() {
    lanes.values().forEach(DeadLetterLane::stop);
    lanes.clear();
    starving.clear();
  }
}
