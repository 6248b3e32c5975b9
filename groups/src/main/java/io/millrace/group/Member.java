package io.millrace.group;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.MemberSet;
import java.util.Map;
import java.util.Set;

/**
 * A member of a group. Immutable.
 *
 * @param joinEpoch the epoch at which it joined
 * @param epoch the epoch at which {@code assigned} last changed, or {@code releasing} got larger
 * @param target what it shall have
 * @param assigned what it has, each with the epoch since when
 * @param releasing what it must drop and has not dropped yet
 */
record Member(
    String id,
    long joinEpoch,
    MemberSettings settings,
    MemberSubscription subscription,
    long epoch,
    Set<PartitionId> target,
    Map<PartitionId, Long> assigned,
    Map<PartitionId, Long> releasing) {

  /** A member that has nothing yet. */
  static Member joined(
      String id, long joinEpoch, MemberSettings settings, MemberSubscription subscription) {
    return new Member(
        id, joinEpoch, settings, subscription, joinEpoch, Set.of(), Map.of(), Map.of());
  }

  Member with(MemberSet set) {
    return new Member(
        id,
        set.joinEpoch(),
        set.settings(),
        set.subscription(),
        Math.max(epoch, set.joinEpoch()),
        target,
        assigned,
        releasing);
  }

  Member with(CurrentSet set) {
    return withCurrent(set.epoch(), set.assigned(), set.releasing());
  }

  Member withCurrent(
      long newEpoch, Map<PartitionId, Long> newAssigned, Map<PartitionId, Long> newReleasing) {
    return new Member(
        id, joinEpoch, settings, subscription, newEpoch, target, newAssigned, newReleasing);
  }

  Member withTarget(Set<PartitionId> newTarget) {
    return new Member(id, joinEpoch, settings, subscription, epoch, newTarget, assigned, releasing);
  }

  Member withSubscription(MemberSubscription newSubscription) {
    return new Member(id, joinEpoch, settings, newSubscription, epoch, target, assigned, releasing);
  }

  MemberSet memberSet(String group) {
    return new MemberSet(group, id, joinEpoch, settings, subscription);
  }

  CurrentSet currentSet(String group) {
    return new CurrentSet(group, id, epoch, assigned, releasing);
  }

  /** Whether the member may still process the partition. */
  boolean holds(PartitionId partition) {
    return assigned.containsKey(partition) || releasing.containsKey(partition);
  }

  /** Whether it has had the partition from the epoch, or from before, until now. */
  boolean ownsSince(long since, PartitionId partition) {
    Long from = assigned.get(partition);
    if (from == null) {
      from = releasing.get(partition);
    }
    return from != null && from <= since;
  }

  boolean isStatic() {
    return !settings.staticName().isEmpty();
  }

  MemberState state() {
    if (!releasing.isEmpty()) {
      return MemberState.RELEASING;
    }
    return assigned.size() < target.size() ? MemberState.WAITING : MemberState.STABLE;
  }

  Reply.Assignment assignment() {
    return new Reply.Assignment(
        epoch,
        state(),
        assigned.keySet(),
        releasing.keySet(),
        subscription.version(),
        Math.max(1, settings.sessionTimeoutMicros() / 3));
  }
}
