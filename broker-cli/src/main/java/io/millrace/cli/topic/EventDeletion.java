package io.millrace.cli.topic;

import io.millrace.client.DamagedEvents;
import io.millrace.client.PartitionDescription;
import io.millrace.client.PartitionDescription.Failure;
import java.util.Optional;

/**
 * The deletion of the first events of a partition, planned or made.
 *
 * @param partition the partition before the deletion
 * @param start the offset of the first event that is kept
 * @param damage the damaged events that are kept because nobody knows their times
 * @param failure why the events are not deleted; empty if they are, or are planned to be
 */
record EventDeletion(
    PartitionDescription partition,
    long start,
    Optional<DamagedEvents> damage,
    Optional<Failure> failure) {

  /** The plan to delete the events below an offset. */
  static EventDeletion planned(PartitionDescription partition, long beforeOffset) {
    return upToDamage(partition, beforeOffset, Optional.empty());
  }

  /** The plan for a partition whose events cannot be deleted, nor counted. */
  static EventDeletion refused(PartitionDescription partition, Failure why) {
    return new EventDeletion(partition, partition.start(), Optional.empty(), Optional.of(why));
  }

  /**
   * The plan to delete the events below an offset, but neither damaged events nor later ones.
   *
   * @param beforeOffset what a search by time has found: an event, or the first offset of damage
   */
  static EventDeletion upToDamage(
      PartitionDescription partition, long beforeOffset, Optional<DamagedEvents> next) {
    Optional<DamagedEvents> damage = next.filter(range -> range.firstOffset() <= beforeOffset);
    long bound = damage.map(DamagedEvents::firstOffset).orElse(beforeOffset);
    return new EventDeletion(
        partition, Math.max(partition.start(), bound), damage, Optional.empty());
  }

  /** The deletion as the broker has made it. */
  EventDeletion made(long newStart) {
    return new EventDeletion(partition, newStart, damage, Optional.empty());
  }

  /** The deletion that the broker has refused. */
  EventDeletion failed(Failure why) {
    return new EventDeletion(partition, partition.start(), damage, Optional.of(why));
  }

  /** The number of offsets that are deleted. */
  long events() {
    return start - partition.start();
  }
}
