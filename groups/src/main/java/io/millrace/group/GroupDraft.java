package io.millrace.group;

import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.TargetSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A group as one decision changes it, and the records of the change. All members that the decision
 * changes get the same new epoch. It holds the members that it changes, and looks at the others
 * only where a method says so. Used once, then dropped.
 */
final class GroupDraft {

  private final GroupState state;
  private final String name;
  private final Moment now;

  /** The group as it is; null: there is none. */
  private final Group base;

  private final GroupSet before;
  private final long epoch;

  /** Those that the decision has put. A group has many others. */
  private final TreeMap<String, Member> touched = new TreeMap<>();

  private final Set<String> removed = new LinkedHashSet<>();

  /** Partitions that the decision has given to a member to hold. */
  private final Set<PartitionId> granted = new HashSet<>();

  private final Set<String> confirming = new LinkedHashSet<>();
  private final Set<PartitionId> forgotten = new LinkedHashSet<>();
  private Assignor assignor;
  private int members;

  GroupDraft(GroupState state, String name, Moment now) {
    this.state = state;
    this.name = name;
    this.now = now;
    this.base = state.store().find(name);
    this.before =
        base == null
            ? new GroupSet(
                name, GroupType.NATIVE, state.store().epochFloor(), Assignor.BALANCED, 0, 0, "")
            : base.head();
    this.epoch = before.epoch() + 1;
    this.assignor = before.assignor();
    this.members = base == null ? 0 : base.members().size();
  }

  /** The epoch of what this draft changes. */
  long epoch() {
    return epoch;
  }

  Assignor assignor() {
    return assignor;
  }

  void assignor(Assignor wanted) {
    assignor = wanted;
  }

  int members() {
    return members;
  }

  /** The member, or null. */
  Member member(String id) {
    Member changed = touched.get(id);
    return changed != null || removed.contains(id) ? changed : old(id);
  }

  /** All members, by their ids. Takes time in proportion to their number. */
  Collection<Member> allMembers() {
    TreeMap<String, Member> all = new TreeMap<>();
    if (base != null) {
      all.putAll(base.members());
    }
    all.keySet().removeAll(removed);
    all.putAll(touched);
    return all.values();
  }

  /** The members that the decision has put, by their ids. */
  Collection<Member> touched() {
    return List.copyOf(touched.values());
  }

  /** The ids of the members that the decision has removed. */
  Collection<String> removed() {
    return Collections.unmodifiableSet(removed);
  }

  /** A member as it was before the decision, or null. */
  Member old(String id) {
    return base == null ? null : base.members().get(id);
  }

  /** The members as they were before the decision. */
  MemberIndex before() {
    return base == null ? new MemberIndex() : base.index();
  }

  /** Adds a member, or replaces the one of its id. */
  void put(Member member) {
    members += member(member.id()) == null ? 1 : 0;
    touched.put(member.id(), member);
  }

  /** Removes a member that the group had before the decision. */
  void remove(String id) {
    members--;
    touched.remove(id);
    removed.add(id);
  }

  /** The id of the member that may process a partition, or null. */
  String holder(PartitionId partition) {
    String id = before().held().of(partition);
    Member holder = id == null ? null : member(id);
    return holder != null && holder.holds(partition) ? id : null;
  }

  /** The member says that it owns nothing but these partitions. */
  void confirm(Member member, Set<PartitionId> owned) {
    Map<PartitionId, Long> left = new HashMap<>(member.releasing());
    left.keySet().retainAll(owned);
    put(member.withCurrent(member.epoch(), member.assigned(), Collections.unmodifiableMap(left)));
    confirming.add(member.id());
  }

  /**
   * Makes new targets and moves members as far towards their targets as they can go. Before the
   * decision, the targets agree with the topics, and no member can go further.
   */
  void assign() {
    Targets.adapt(this, state.topics());
    reconcile();
  }

  /**
   * As {@link #assign}, after topics may have changed. Takes time in proportion to all members and
   * partitions.
   */
  void refresh() {
    if (base != null) {
      base.offsets().keySet().stream()
          .filter(state.topics()::isGone)
          .sorted()
          .forEach(forgotten::add);
    }
    for (Member member : allMembers()) {
      putIfOther(withoutGone(member), member);
    }
    Targets.renew(this, state.topics());
    for (Member member : allMembers()) {
      putIfOther(advanced(member), member);
    }
  }

  /** Forgets the positions of a group without members that are older than its retention time. */
  void expireOffsets() {
    if (base == null || members > 0 || before.offsetRetentionMicros() == 0) {
      return;
    }
    base.offsets()
        .forEach(
            (partition, committed) -> {
              if (isExpired(committed.committedAtMicros())) {
                forgotten.add(partition);
              }
            });
  }

  /**
   * Gives partitions that nobody holds to the members that shall have them, and tells members to
   * drop those that they shall not have: members that were put, and those that wait for what the
   * decision has made free.
   */
  void reconcile() {
    Set<String> ids = new TreeSet<>(touched.keySet());
    for (String id : removed) {
      addWaiting(old(id).assigned().keySet(), ids);
      addWaiting(old(id).releasing().keySet(), ids);
    }
    confirming.forEach(id -> addWaiting(old(id).releasing().keySet(), ids));
    for (String id : ids) {
      Member member = member(id);
      putIfOther(advanced(member), member);
    }
  }

  /** Adds those that shall have some partitions. */
  private void addWaiting(Set<PartitionId> partitions, Set<String> ids) {
    for (PartitionId partition : partitions) {
      String id = before().targets().of(partition);
      if (id != null && !removed.contains(id)) {
        ids.add(id);
      }
    }
  }

  /**
   * The records of the change; none if nothing changed. Partitions are given up before they are
   * given to others, so that each first part of the list is safe.
   */
  List<GroupRecord> records() {
    if (isOver()) {
      return base == null
          ? List.of()
          : List.of(
              new EpochFloor(Math.max(state.store().epochFloor(), epoch)), new GroupRemoved(name));
    }
    List<GroupRecord> changes = new ArrayList<>();
    removed.forEach(id -> changes.add(new MemberRemoved(name, id)));
    Collection<Member> changed = changedMembers();
    for (Member member : changed) {
      Member old = old(member.id());
      if (old == null
          || !old.subscription().equals(member.subscription())
          || !old.settings().equals(member.settings())) {
        changes.add(member.memberSet(name));
      }
    }
    confirming.forEach(id -> addCurrent(member(id), changes));
    for (Member member : changed) {
      if (!confirming.contains(member.id())) {
        addCurrent(member, changes);
      }
      Member old = old(member.id());
      if (old == null ? !member.target().isEmpty() : !old.target().equals(member.target())) {
        changes.add(new TargetSet(name, member.id(), member.target()));
      }
    }
    forgotten.forEach(partition -> changes.add(new OffsetRemoved(name, partition)));
    GroupSet head = head(!changes.isEmpty() || assignor != before.assignor());
    if (base == null || !head.equals(before)) {
      changes.add(0, head);
    }
    return changes;
  }

  /** What the change adds to the memory of the groups. */
  long moreBytes() {
    long bytes = base == null ? GroupBytes.ofGroup(name, "") : 0;
    for (Member member : changedMembers()) {
      Member old = old(member.id());
      bytes += GroupBytes.of(member) - (old == null ? 0 : GroupBytes.of(old));
    }
    for (String id : removed) {
      bytes -= GroupBytes.of(old(id));
    }
    return bytes;
  }

  /** News for all members that changed but one. */
  List<Notice> notices(String except) {
    List<Notice> notices = new ArrayList<>();
    for (Member member : changedMembers()) {
      Member old = old(member.id());
      boolean news =
          old == null
              || old.epoch() != member.epoch()
              || !old.releasing().equals(member.releasing());
      if (news && !member.id().equals(except)) {
        notices.add(new Notice(name, member.id(), member.assignment()));
      }
    }
    return notices;
  }

  /** Drops partitions that do not exist any more; nobody can get them, so nobody must confirm. */
  private Member withoutGone(Member member) {
    Map<PartitionId, Long> assigned = withoutGone(member.assigned());
    Map<PartitionId, Long> releasing = withoutGone(member.releasing());
    if (assigned == member.assigned() && releasing == member.releasing()) {
      return member;
    }
    long newEpoch = assigned == member.assigned() ? member.epoch() : epoch;
    return member.withCurrent(newEpoch, assigned, releasing);
  }

  private Map<PartitionId, Long> withoutGone(Map<PartitionId, Long> owned) {
    if (owned.keySet().stream().noneMatch(state.topics()::isGone)) {
      return owned;
    }
    Map<PartitionId, Long> left = new HashMap<>(owned);
    left.keySet().removeIf(state.topics()::isGone);
    return Collections.unmodifiableMap(left);
  }

  private Member advanced(Member member) {
    if (member.assigned().keySet().equals(member.target())) {
      return member;
    }
    Map<PartitionId, Long> assigned = new HashMap<>();
    Map<PartitionId, Long> releasing = new HashMap<>(member.releasing());
    boolean changed = false;
    for (PartitionId partition : member.target()) {
      Long since = member.assigned().get(partition);
      if (since != null) {
        assigned.put(partition, since);
      } else if (releasing.containsKey(partition)) {
        assigned.put(partition, releasing.remove(partition));
        changed = true;
      } else if (holder(partition) == null && granted.add(partition)) {
        assigned.put(partition, epoch);
        changed = true;
      }
    }
    for (Map.Entry<PartitionId, Long> owned : member.assigned().entrySet()) {
      if (!member.target().contains(owned.getKey())) {
        releasing.put(owned.getKey(), owned.getValue());
        changed = true;
      }
    }
    return changed
        ? member.withCurrent(
            epoch, Collections.unmodifiableMap(assigned), Collections.unmodifiableMap(releasing))
        : member;
  }

  private GroupSet head(boolean changed) {
    boolean emptied = members == 0 && (before.emptySinceMicros() == 0 || base == null);
    long emptySince = emptied ? Math.max(1, now.epochMicros()) : before.emptySinceMicros();
    String last = before.lastMember();
    for (String id : removed) {
      last = id;
    }
    return new GroupSet(
        name,
        before.kind(),
        changed ? epoch : before.epoch(),
        assignor,
        before.offsetRetentionMicros(),
        members == 0 ? emptySince : 0,
        members == 0 ? last : "");
  }

  /** Whether nothing is left that is worth a record. */
  private boolean isOver() {
    boolean hasOffsets = base != null && base.offsets().size() > forgotten.size();
    return members == 0 && !hasOffsets && (before.offsetRetentionMicros() == 0 || isExpired(0));
  }

  private boolean isExpired(long committedAtMicros) {
    return before.emptySinceMicros() > 0
        && Math.max(before.emptySinceMicros(), committedAtMicros)
            <= now.epochMicros() - before.offsetRetentionMicros();
  }

  private void addCurrent(Member member, List<GroupRecord> changes) {
    Member old = old(member.id());
    boolean changed =
        old == null
            || old.epoch() != member.epoch()
            || !old.assigned().equals(member.assigned())
            || !old.releasing().equals(member.releasing());
    if (changed) {
      changes.add(member.currentSet(name));
    }
  }

  private void putIfOther(Member next, Member present) {
    if (next != present) {
      put(next);
    }
  }

  private List<Member> changedMembers() {
    return touched.values().stream().filter(member -> member != old(member.id())).toList();
  }
}
