package io.millrace.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Makes an even assignment even again after some members came or went, and moves no more partitions
 * than this needs. All members want the same topics, and each partition had one member that was to
 * have it. Takes time in proportion to what the members have that come, go, give or get something,
 * and looks at no others. Used once.
 *
 * <p>{@link BalancedAssignment} is for all other cases.
 */
final class EvenAssignment {

  private final GroupDraft draft;
  private final MemberIndex before;
  private final Shares shares;

  /** New targets, of members that give or get something. */
  private final Map<String, Set<PartitionId>> targets = new HashMap<>();

  private final Map<String, ShedOrder> orders = new HashMap<>();

  private EvenAssignment(GroupDraft draft, MemberIndex before) {
    this.draft = draft;
    this.before = before;
    this.shares = new Shares(before.bySize());
  }

  /**
   * Puts members with new targets into the draft.
   *
   * @param draft has at least one member
   * @param before the members without the changes of the draft
   */
  static void assign(GroupDraft draft, MemberIndex before) {
    EvenAssignment run = new EvenAssignment(draft, before);
    draft.removed().forEach(run.shares::remove);
    draft.touched().forEach(member -> run.shares.set(member.id(), member.target().size()));
    run.share(run.ownerless());
    run.even();
    run.targets.forEach(
        (id, target) ->
            draft.put(draft.member(id).withTarget(Collections.unmodifiableSet(target))));
  }

  /** The partitions that removed members were to have, and no member that was put is to have. */
  private SortedSet<PartitionId> ownerless() {
    SortedSet<PartitionId> ownerless = new TreeSet<>();
    draft.removed().forEach(id -> ownerless.addAll(draft.old(id).target()));
    if (!ownerless.isEmpty()) {
      draft.touched().forEach(member -> ownerless.removeAll(member.target()));
    }
    return ownerless;
  }

  /** Gives partitions to the members that hold them, as far as their shares allow, or to others. */
  private void share(Collection<PartitionId> ownerless) {
    int partitions = before.targets().size();
    int least = partitions / draft.members();
    int extras = partitions % draft.members() - shares.above(least);
    List<PartitionId> rest = new ArrayList<>();
    for (PartitionId partition : ownerless) {
      String holder = draft.holder(partition);
      int size = holder == null ? Integer.MAX_VALUE : target(holder).size();
      if (size < least || size == least && extras > 0) {
        extras -= size == least ? 1 : 0;
        give(holder, partition);
      } else {
        rest.add(partition);
      }
    }
    rest.forEach(partition -> give(shares.smallest().member(), partition));
  }

  /** Each move is one that no even assignment can do without. */
  private void even() {
    Shares.Share from = shares.largest();
    Shares.Share to = shares.smallest();
    while (from.size() - to.size() > 1) {
      PartitionId partition = order(from.member()).next();
      changing(from.member()).remove(partition);
      shares.set(from.member(), from.size() - 1);
      give(to.member(), partition);
      from = shares.largest();
      to = shares.smallest();
    }
  }

  private void give(String member, PartitionId partition) {
    Set<PartitionId> target = changing(member);
    target.add(partition);
    shares.set(member, target.size());
  }

  private ShedOrder order(String member) {
    return orders.computeIfAbsent(member, id -> new ShedOrder(draft.member(id), target(id)));
  }

  private Set<PartitionId> target(String member) {
    Set<PartitionId> changed = targets.get(member);
    return changed == null ? draft.member(member).target() : changed;
  }

  private Set<PartitionId> changing(String member) {
    return targets.computeIfAbsent(member, id -> new HashSet<>(draft.member(id).target()));
  }
}
