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
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A group as one decision changes it, and the records of the change. All members that the decision
 * changes get the same new epoch. Used once, then dropped.
 */
final class GroupDraft {

  private record Wish(List<String> topics, String pattern) {}

  private final GroupState state;
  private final String name;
  private final Moment now;

  /** The group as it is; null: there is none. */
  private final Group base;

  private final GroupSet before;
  private final long epoch;
  private final TreeMap<String, Member> members = new TreeMap<>();

  /** Those that the decision has put. A group has many others. */
  private final TreeMap<String, Member> touched = new TreeMap<>();

  private final Set<String> removed = new LinkedHashSet<>();
  private final Set<String> confirming = new LinkedHashSet<>();
  private final Set<PartitionId> forgotten = new LinkedHashSet<>();
  private Assignor assignor;

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
    if (base != null) {
      members.putAll(base.members());
    }
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
    return members.size();
  }

  Member member(String id) {
    return members.get(id);
  }

  void put(Member member) {
    members.put(member.id(), member);
    touched.put(member.id(), member);
  }

  void remove(String id) {
    members.remove(id);
    touched.remove(id);
    removed.add(id);
  }

  /** The member says that it owns nothing but these partitions. */
  void confirm(Member member, Set<PartitionId> owned) {
    Map<PartitionId, Long> left = new HashMap<>(member.releasing());
    left.keySet().retainAll(owned);
    put(member.withCurrent(member.epoch(), member.assigned(), Collections.unmodifiableMap(left)));
    confirming.add(member.id());
  }

  /** Makes new targets and moves every member as far towards its target as it can go. */
  void assign() {
    retarget();
    reconcile();
  }

  /** As {@link #assign}, after topics may have changed. */
  void refresh() {
    if (base != null) {
      base.offsets().keySet().stream()
          .filter(state.topics()::isGone)
          .sorted()
          .forEach(forgotten::add);
    }
    for (Member member : List.copyOf(members.values())) {
      putIfOther(withoutGone(member), member);
    }
    assign();
  }

  /** Forgets the positions of a group without members that are older than its retention time. */
  void expireOffsets() {
    if (base == null || !members.isEmpty() || before.offsetRetentionMicros() == 0) {
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
   * drop those that they shall not have.
   */
  void reconcile() {
    Set<PartitionId> held = new HashSet<>();
    for (Member member : members.values()) {
      held.addAll(member.assigned().keySet());
      held.addAll(member.releasing().keySet());
    }
    for (Member member : List.copyOf(members.values())) {
      putIfOther(advanced(member, held), member);
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
    confirming.forEach(id -> addCurrent(members.get(id), changes));
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

  private void retarget() {
    if (members.isEmpty()) {
      return;
    }
    Map<Wish, Set<UUID>> resolved = new HashMap<>();
    NavigableMap<UUID, GroupTopic> wanted = new TreeMap<>();
    List<Claim> claims = new ArrayList<>();
    for (Member member : members.values()) {
      MemberSubscription subscription = member.subscription();
      Set<UUID> topics =
          resolved.computeIfAbsent(
              new Wish(subscription.topics(), subscription.pattern()),
              wish -> {
                NavigableMap<UUID, GroupTopic> found = state.topics().resolve(subscription);
                wanted.putAll(found);
                return found.keySet();
              });
      claims.add(new Claim(member, topics, member.target()));
    }
    List<GroupTopic> topics = List.copyOf(wanted.values());
    List<Set<PartitionId>> targets =
        switch (assignor) {
          case BALANCED -> BalancedAssignment.assign(claims, topics);
          case SINGLE_ACTIVE -> SingleActiveAssignment.assign(claims, topics);
        };
    for (int i = 0; i < claims.size(); i++) {
      Member member = claims.get(i).member();
      if (!targets.get(i).equals(member.target())) {
        put(member.withTarget(Collections.unmodifiableSet(targets.get(i))));
      }
    }
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

  private Member advanced(Member member, Set<PartitionId> held) {
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
      } else if (held.add(partition)) {
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
    boolean emptied = members.isEmpty() && (before.emptySinceMicros() == 0 || base == null);
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
        members.isEmpty() ? emptySince : 0,
        members.isEmpty() ? last : "");
  }

  /** Whether nothing is left that is worth a record. */
  private boolean isOver() {
    boolean hasOffsets = base != null && base.offsets().size() > forgotten.size();
    return members.isEmpty()
        && !hasOffsets
        && (before.offsetRetentionMicros() == 0 || isExpired(0));
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

  private Member old(String id) {
    return base == null ? null : base.members().get(id);
  }
}
