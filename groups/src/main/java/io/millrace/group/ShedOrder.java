package io.millrace.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * The order in which a member gives partitions away: first those that it does not hold yet, because
 * nothing pauses for them; then one of the topic of which it has most, again and again.
 */
final class ShedOrder {

  private final Deque<PartitionId> notHeld = new ArrayDeque<>();
  private final PriorityQueue<Deque<PartitionId>> held =
      new PriorityQueue<>(
          Comparator.<Deque<PartitionId>>comparingInt(partitions -> -partitions.size())
              .thenComparing(Deque::peekFirst));

  /**
   * @param target what the member was to have until now
   */
  ShedOrder(Member member, Collection<PartitionId> target) {
    List<PartitionId> sorted = new ArrayList<>(target);
    sorted.sort(null);
    Map<UUID, Deque<PartitionId>> byTopic = new HashMap<>();
    for (PartitionId partition : sorted) {
      if (member.holds(partition)) {
        byTopic.computeIfAbsent(partition.topicId(), id -> new ArrayDeque<>()).add(partition);
      } else {
        notHeld.add(partition);
      }
    }
    held.addAll(byTopic.values());
  }

  /** The next partition to give away. At most as often as the target has partitions. */
  PartitionId next() {
    if (!notHeld.isEmpty()) {
      return notHeld.poll();
    }
    Deque<PartitionId> topic = held.poll();
    PartitionId last = topic.pollLast();
    if (!topic.isEmpty()) {
      held.add(topic);
    }
    return last;
  }
}
