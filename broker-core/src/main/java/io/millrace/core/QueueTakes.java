package io.millrace.core;

import io.millrace.group.PartitionId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The requests for events of one topic of a queue: first come, first served, from the partitions in
 * turn. Owner thread of the shard.
 */
final class QueueTakes {

  private final String group;
  private final UUID topicId;
  private final Set<WaitingTake> waiting = new LinkedHashSet<>();

  /** Those whose clients do not take what they get. */
  private final Set<WaitingTake> parked = new LinkedHashSet<>();

  /** The partitions from which a take may get an event. */
  private final TreeSet<Integer> available = new TreeSet<>();

  private int lastPartition = -1;

  /** A take, and where to take from. */
  record Match(WaitingTake take, PartitionId partition) {}

  QueueTakes(String group, UUID topicId) {
    this.group = group;
    this.topicId = topicId;
  }

  String group() {
    return group;
  }

  UUID topicId() {
    return topicId;
  }

  void add(WaitingTake take) {
    waiting.add(take);
  }

  void remove(WaitingTake take) {
    waiting.remove(take);
    parked.remove(take);
  }

  /** Whether nobody waits, and no partition has events. */
  boolean isEmpty() {
    return waiting.isEmpty() && parked.isEmpty() && available.isEmpty();
  }

  void available(int partition, boolean has) {
    if (has) {
      available.add(partition);
    } else {
      available.remove(partition);
    }
  }

  void nothingAvailable() {
    available.clear();
  }

  /** The client takes what it gets again. */
  void resume(OpenQueue consumer) {
    for (WaitingTake take : List.copyOf(parked)) {
      if (take.consumer() == consumer) {
        parked.remove(take);
        waiting.add(take);
      }
    }
  }

  /** The takes of a consumer, or of all for null. */
  List<WaitingTake> of(OpenQueue consumer) {
    List<WaitingTake> all = new ArrayList<>();
    waiting.forEach(take -> addIf(consumer, take, all));
    parked.forEach(take -> addIf(consumer, take, all));
    return all;
  }

  private static void addIf(OpenQueue consumer, WaitingTake take, List<WaitingTake> to) {
    if (consumer == null || take.consumer() == consumer) {
      to.add(take);
    }
  }

  /** The first take that may get events, and the next partition that may have some; or null. */
  Match next() {
    if (available.isEmpty()) {
      return null;
    }
    while (!waiting.isEmpty()) {
      WaitingTake first = waiting.iterator().next();
      if (first.room().writable().getAsBoolean()) {
        Integer partition = available.higher(lastPartition);
        return new Match(
            first, new PartitionId(topicId, partition == null ? available.first() : partition));
      }
      waiting.remove(first);
      parked.add(first);
    }
    return null;
  }

  /** The take got events. The next one begins at the next partition. */
  void served(Match match) {
    lastPartition = match.partition().partition();
  }
}
