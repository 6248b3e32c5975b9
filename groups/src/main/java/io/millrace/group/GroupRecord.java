package io.millrace.group;

import io.millrace.group.queue.QueueFailure;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRange;
import io.millrace.group.queue.QueueRules;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A change of the state of groups, as the log holds it. Each record names what it sets or removes
 * completely, so the newest one counts; only a {@link QueueSettled} builds on those before it. The
 * records of one decision are ordered so that also the first part of them alone is safe: no
 * partition has two owners.
 *
 * <p>{@link GroupRemoved} and {@link MemberRemoved} remove everything below them. Therefore a log
 * of these records is made shorter with {@link GroupMachine#snapshot}, and not by key.
 *
 * <p>Collections in records are never changed.
 */
public sealed interface GroupRecord {

  /** A record of one group. */
  sealed interface InGroup extends GroupRecord {

    String group();
  }

  /** A record of one member. */
  sealed interface OfMember extends InGroup {

    String member();
  }

  /**
   * The highest epoch of all groups that were removed. A group that is created later begins above
   * it, so that the epochs of an earlier group of the same name are old in it.
   */
  record EpochFloor(long epoch) implements GroupRecord {}

  /**
   * Creates or changes a group.
   *
   * @param epoch the newest epoch of the group; a queue keeps its first one
   * @param assignor means nothing for a queue
   * @param offsetRetentionMicros 0: positions do not expire
   * @param emptySinceMicros microseconds since 1970-01-01; 0: the group has members, or is a queue
   * @param lastMember the member that went last; empty: none
   */
  record GroupSet(
      String group,
      GroupType kind,
      long epoch,
      Assignor assignor,
      long offsetRetentionMicros,
      long emptySinceMicros,
      String lastMember)
      implements InGroup {}

  /** Removes a group with all that it has. */
  record GroupRemoved(String group) implements InGroup {}

  /**
   * Creates or changes a member.
   *
   * @param joinEpoch the epoch at which it joined; older epochs are those of an earlier member
   */
  record MemberSet(
      String group,
      String member,
      long joinEpoch,
      MemberSettings settings,
      MemberSubscription subscription)
      implements OfMember {}

  /** Removes a member with its target and its current partitions. */
  record MemberRemoved(String group, String member) implements OfMember {}

  /** Sets which partitions a member shall have. */
  record TargetSet(String group, String member, Set<PartitionId> partitions) implements OfMember {}

  /**
   * Sets which partitions a member has. A partition is in at most one {@code assigned} or {@code
   * releasing} of a group.
   *
   * @param epoch the member's epoch
   * @param assigned partitions that it owns, with the epoch since which it owns them
   * @param releasing partitions that it has not dropped yet, with the epoch since which it owns
   *     them
   */
  record CurrentSet(
      String group,
      String member,
      long epoch,
      Map<PartitionId, Long> assigned,
      Map<PartitionId, Long> releasing)
      implements OfMember {}

  /** Sets the position of a partition. */
  record OffsetSet(String group, PartitionId partition, CommittedOffset committed)
      implements InGroup {}

  /** Removes the position of a partition. */
  record OffsetRemoved(String group, PartitionId partition) implements InGroup {}

  /** Sets how a queue treats its events. */
  record QueueSet(String group, QueueRules settings) implements InGroup {}

  /** Sets what a queue has done in a partition. */
  record QueueProgressSet(String group, PartitionId partition, QueueProgress progress)
      implements InGroup {}

  /** Forgets what a queue has done in a partition. */
  record QueueProgressRemoved(String group, PartitionId partition) implements InGroup {}

  /**
   * Says what a queue has done in a partition since the last record of it.
   *
   * @param start every event below it is done; below an earlier start: no change
   * @param done what is done besides, by offset; the ranges do not touch
   * @param failed events that have failed or wait, by offset
   */
  record QueueSettled(
      String group,
      PartitionId partition,
      long start,
      List<QueueRange> done,
      List<QueueFailure> failed)
      implements InGroup {}

  /**
   * How many events of a partition of a queue became dead letters, or were dropped instead, since
   * its last {@link QueueProgressSet}. After the record of what is done.
   */
  record QueueDeadLettersSet(String group, PartitionId partition, long count) implements InGroup {}
}
