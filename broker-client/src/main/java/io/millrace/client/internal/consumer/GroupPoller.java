package io.millrace.client.internal.consumer;

import io.millrace.client.GroupPartition;
import io.millrace.client.MillraceException;
import io.millrace.client.RebalanceListener;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The part of a member of a group that belongs to the consumer's thread: carries out changes of
 * ownership, calls the listener, and takes events from the queue.
 */
final class GroupPoller {

  private final MemberPartitions partitions;
  private final DeliveryQueue queue;
  private final RebalanceListener listener;
  private final QueueReader reader;

  /** What the listener has heard of. */
  private final Set<OwnedPartition> visible = new LinkedHashSet<>();

  /** What is not read any more, and not given up yet. */
  private final Set<OwnedPartition> revoking = new LinkedHashSet<>();

  /** Whose position may have moved since {@link #beginTake}. */
  private final Set<OwnedPartition> touched = new LinkedHashSet<>();

  private OwnedPartition open;
  private OwnedPartition found;

  /** Decides when a partition that must be released is given up. */
  interface Holder {

    /** No more events of these partitions follow. {@link #giveUp} must be called at some time. */
    void revoking(List<OwnedPartition> partitions);

    /** The member does not own these partitions any more. */
    void lost(List<OwnedPartition> partitions);
  }

  /**
   * @param listener null: none
   */
  GroupPoller(MemberPartitions partitions, DeliveryQueue queue, RebalanceListener listener) {
    this.partitions = partitions;
    this.queue = queue;
    this.listener = listener;
    this.reader = new QueueReader(queue, new Subscriptions());
  }

  /**
   * Carries out the changes of ownership that have come. While another member may have what this
   * one has got, the listener does not hear of it.
   */
  void applyChanges(Holder holder) {
    OwnershipChange change = partitions.firstChange();
    while (change != null && (isSure() || !isAssignment(change))) {
      apply(partitions.nextChange(), holder);
      change = partitions.firstChange();
    }
  }

  /** Whether the member has got partitions that it has not lost already. */
  private static boolean isAssignment(OwnershipChange change) {
    return change instanceof OwnershipChange.Assigned assigned
        && !assigned.partitions().stream().allMatch(OwnedPartition::isGone);
  }

  /** Begins to note whose position moves. */
  void beginTake() {
    touched.clear();
    if (!reader.isIdle()) {
      touched.add(open);
    }
  }

  /**
   * Takes events that have arrived, or arrive until the deadline.
   *
   * @throws MillraceException the failure of the consumer, if there is no event to return
   */
  void fill(PollResult result, long deadlineNanos) {
    if (open != null && !isRead(open)) {
      reader.close(); // it may have gone after the changes were applied
    }
    if (isSure()) {
      reader.fill(result, deadlineNanos);
    }
  }

  /** Whether events of a partition may be handed out. */
  private boolean isRead(OwnedPartition partition) {
    return !partition.isGone() && !partition.isGivenUp() && !revoking.contains(partition);
  }

  /** Whether the broker has surely not removed the member. Any thread. */
  boolean isSure() {
    return partitions.member().isSure();
  }

  /** Waits until there may be something to do. Returns false after a wake-up or the deadline. */
  boolean await(long deadlineNanos) throws InterruptedException {
    return isSure() ? queue.await(deadlineNanos) : queue.awaitNudge(deadlineNanos);
  }

  /** The partitions whose position may have moved since {@link #beginTake}. */
  Collection<OwnedPartition> touched() {
    return touched;
  }

  /** The partition of an event that was taken since {@link #beginTake}. */
  OwnedPartition of(String topic, int partition) {
    if (found != null
        && found.name().partition() == partition
        && found.name().topic().equals(topic)
        && touched.contains(found)) {
      return found;
    }
    for (OwnedPartition each : touched) {
      if (each.name().partition() == partition && each.name().topic().equals(topic)) {
        found = each;
        return each;
      }
    }
    throw new IllegalStateException("no partition of an event: " + topic + "-" + partition);
  }

  /** Calls the listener, commits and gives up partitions that are revoking. */
  void giveUp(Collection<OwnedPartition> released) {
    List<OwnedPartition> given =
        released.stream().filter(visible::contains).filter(each -> !each.isGone()).toList();
    revoking.removeAll(released);
    released.forEach(OwnedPartition::giveUp);
    try {
      if (listener != null && !given.isEmpty()) {
        listener.revoked(names(given));
      }
    } finally {
      visible.removeAll(given);
      partitions.released(released);
    }
  }

  /**
   * Takes events again from the given offsets on, as if they had not been taken. What has arrived
   * from these partitions is dropped. If this fails, nothing more is taken.
   */
  void takeAgain(Map<OwnedPartition, Long> positions) {
    positions.keySet().removeIf(OwnedPartition::isGivenUp);
    if (positions.isEmpty()) {
      return;
    }
    positions.keySet().forEach(this::stopReading);
    try {
      partitions.readAgain(positions);
    } catch (MillraceException e) {
      reader.fail(e);
    }
  }

  /** All partitions that the listener has heard of and that are not gone. */
  List<OwnedPartition> owned() {
    return visible.stream().filter(each -> !each.isGone()).toList();
  }

  /** The names of partitions. */
  static SortedSet<GroupPartition> names(Collection<OwnedPartition> partitions) {
    return partitions.stream()
        .map(OwnedPartition::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** As {@link QueueReader#earlierFailure}. */
  Optional<String> earlierFailure() {
    return reader.earlierFailure();
  }

  /** Releases the memory. */
  void close() {
    reader.close();
  }

  private void apply(OwnershipChange change, Holder holder) {
    if (change instanceof OwnershipChange.Assigned assigned) {
      assigned(assigned.partitions());
    } else if (change instanceof OwnershipChange.Revoking moving) {
      List<OwnedPartition> live =
          moving.partitions().stream().filter(each -> !each.isGone()).toList();
      live.forEach(this::stopReading);
      revoking.addAll(live);
      holder.revoking(live);
    } else if (change instanceof OwnershipChange.Lost lost) {
      lost(lost.partitions(), holder);
    } else if (change instanceof OwnershipChange.Removed) {
      partitions.member().rejoin();
    } else if (change instanceof OwnershipChange.Failed failed) {
      reader.fail(failed.why());
    }
  }

  private void assigned(List<OwnedPartition> gained) {
    List<OwnedPartition> live = gained.stream().filter(each -> !each.isGone()).toList();
    visible.addAll(live);
    if (listener != null && !live.isEmpty()) {
      listener.assigned(names(live));
    }
  }

  private void lost(List<OwnedPartition> gone, Holder holder) {
    gone.forEach(this::stopReading);
    holder.lost(gone);
    revoking.removeAll(gone);
    List<OwnedPartition> known = gone.stream().filter(visible::remove).toList();
    if (listener != null && !known.isEmpty()) {
      listener.lost(names(known));
    }
  }

  private void stopReading(OwnedPartition partition) {
    if (open == partition) {
      reader.close();
    }
  }

  /** Finds the partition of what is in the queue. */
  private final class Subscriptions implements QueueReader.Router {

    @Override
    public PartitionCursor cursor(Delivery delivery) {
      OwnedPartition partition = partitions.of(delivery.subscription());
      if (partition == null || !isRead(partition)) {
        return null;
      }
      open = partition;
      touched.add(partition);
      return partition.cursor();
    }

    @Override
    public MillraceException ended(SubscriptionEnd end) {
      OwnedPartition partition = partitions.of(end.subscription());
      return partition == null || partition.isGone() || partition.isGivenUp()
          ? null
          : partitions.subscriptionEnded(partition, end.cause(), partition.cursor().position());
    }
  }
}
