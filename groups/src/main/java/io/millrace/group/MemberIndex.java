package io.millrace.group;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The members of a group by what they have, so that a decision finds those that it changes without
 * a look at all others. Follows from the members; {@link Group} keeps it up.
 */
final class MemberIndex {

  private final Holders<PartitionId> targets = new Holders<>();
  private final Holders<PartitionId> held = new Holders<>();
  private final Holders<String> staticNames = new Holders<>();
  private final NavigableMap<Integer, NavigableSet<String>> bySize = new TreeMap<>();
  private final Map<Wish, Integer> wishes = new HashMap<>();

  /** Who shall have a partition. */
  Holders<PartitionId> targets() {
    return targets;
  }

  /** Who may still process a partition. */
  Holders<PartitionId> held() {
    return held;
  }

  Holders<String> staticNames() {
    return staticNames;
  }

  /** The ids of the members by the number of partitions of their target. */
  NavigableMap<Integer, NavigableSet<String>> bySize() {
    return Collections.unmodifiableNavigableMap(bySize);
  }

  /** What members wish, each wish once. */
  Set<Wish> wishes() {
    return Collections.unmodifiableSet(wishes.keySet());
  }

  /**
   * A member changes, in time proportional to the partitions that it has before and after.
   *
   * @param before null: it is new
   * @param after null: it is gone
   */
  void change(Member before, Member after) {
    changeTarget(before, after);
    changeHeld(before, after);
    if (before == null || after == null || before.settings() != after.settings()) {
      if (before != null && before.isStatic()) {
        staticNames.remove(before.settings().staticName(), before.id());
      }
      if (after != null && after.isStatic()) {
        staticNames.add(after.settings().staticName(), after.id());
      }
    }
    if (before == null || after == null || before.subscription() != after.subscription()) {
      if (before != null) {
        wishes.computeIfPresent(
            Wish.of(before.subscription()), (wish, count) -> count == 1 ? null : count - 1);
      }
      if (after != null) {
        wishes.merge(Wish.of(after.subscription()), 1, Integer::sum);
      }
    }
  }

  private void changeTarget(Member before, Member after) {
    if (before != null && after != null && before.target() == after.target()) {
      return;
    }
    if (before != null) {
      for (PartitionId partition : before.target()) {
        if (after == null || !after.target().contains(partition)) {
          targets.remove(partition, before.id());
        }
      }
      resize(before, false);
    }
    if (after != null) {
      after.target().forEach(partition -> targets.add(partition, after.id()));
      resize(after, true);
    }
  }

  private void resize(Member member, boolean present) {
    int size = member.target().size();
    if (present) {
      bySize.computeIfAbsent(size, each -> new TreeSet<>()).add(member.id());
      return;
    }
    NavigableSet<String> members = bySize.get(size);
    members.remove(member.id());
    if (members.isEmpty()) {
      bySize.remove(size);
    }
  }

  private void changeHeld(Member before, Member after) {
    if (before != null
        && after != null
        && before.assigned() == after.assigned()
        && before.releasing() == after.releasing()) {
      return;
    }
    if (before != null) {
      removeUnlessHeld(before.id(), before.assigned(), after);
      removeUnlessHeld(before.id(), before.releasing(), after);
    }
    if (after != null) {
      after.assigned().keySet().forEach(partition -> held.add(partition, after.id()));
      after.releasing().keySet().forEach(partition -> held.add(partition, after.id()));
    }
  }

  private void removeUnlessHeld(String id, Map<PartitionId, Long> owned, Member after) {
    for (PartitionId partition : owned.keySet()) {
      if (after == null || !after.holds(partition)) {
        held.remove(partition, id);
      }
    }
  }
}
