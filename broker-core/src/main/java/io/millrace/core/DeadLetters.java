package io.millrace.core;

import io.millrace.group.PartitionId;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.DyingEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the dead letters of the queues of one shard: copies of events that were rejected or have
 * used up their attempts. An event is done when its dead letter is durable; a crash in between
 * leaves the dead letter twice. What fails is tried again, for ever. Owner thread of the shard,
 * unless a method says otherwise.
 */
final class DeadLetters {

  private record Key(String group, PartitionId partition) {}

  private final GroupShard shard;
  private final GroupTopics topics;
  private final QueueResources resources;
  private final Map<Key, DeadLetterLane> lanes = new HashMap<>();

  DeadLetters(GroupShard shard, GroupTopics topics, QueueResources resources) {
    this.shard = shard;
    this.topics = topics;
    this.resources = resources;
  }

  /** Events must become dead letters. Those that are known already are not written again. */
  void add(String group, PartitionId partition, DeadLetterRule rule, List<DyingEvent> dying) {
    lanes
        .computeIfAbsent(
            new Key(group, partition),
            key ->
                new DeadLetterLane(
                    shard,
                    group,
                    partition,
                    topics,
                    resources,
                    () -> lanes.remove(new Key(group, partition))))
        .add(rule.topic(), dying);
  }

  /** Why dead letters are not written; empty: they are. */
  String problem(String group, PartitionId partition) {
    DeadLetterLane lane = lanes.get(new Key(group, partition));
    return lane == null ? "" : lane.problem();
  }

  /** The group is gone. */
  void forget(String group, PartitionId partition) {
    DeadLetterLane lane = lanes.remove(new Key(group, partition));
    if (lane != null) {
      lane.stop();
    }
  }

  void stop() {
    lanes.values().forEach(DeadLetterLane::stop);
    lanes.clear();
  }
}
