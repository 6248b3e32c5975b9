package io.millrace.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Makes the targets of a {@link GroupDraft} after members came, went, or changed their wishes. */
final class Targets {

  private Targets() {}

  /**
   * Makes new targets of all members. Takes time in proportion to the members and the partitions.
   */
  static void renew(GroupDraft draft, KnownTopics known) {
    Collection<Member> members = draft.allMembers();
    if (members.isEmpty()) {
      return;
    }
    Map<Wish, Set<UUID>> resolved = new HashMap<>();
    NavigableMap<UUID, GroupTopic> wanted = new TreeMap<>();
    List<Claim> claims = new ArrayList<>();
    for (Member member : members) {
      Set<UUID> topics =
          resolved.computeIfAbsent(
              Wish.of(member.subscription()),
              wish -> {
                NavigableMap<UUID, GroupTopic> found = known.resolve(member.subscription());
                wanted.putAll(found);
                return found.keySet();
              });
      claims.add(new Claim(member, topics, member.target()));
    }
    List<GroupTopic> topics = List.copyOf(wanted.values());
    List<Set<PartitionId>> targets =
        switch (draft.assignor()) {
          case BALANCED -> BalancedAssignment.assign(claims, topics);
          case SINGLE_ACTIVE -> SingleActiveAssignment.assign(claims, topics);
        };
    for (int i = 0; i < claims.size(); i++) {
      Member member = claims.get(i).member();
      if (!targets.get(i).equals(member.target())) {
        draft.put(member.withTarget(Collections.unmodifiableSet(targets.get(i))));
      }
    }
  }

  /**
   * Adapts targets that were right before the decision. If all members have the same wish, or only
   * standbys come and go, it looks at no members but those that change.
   */
  static void adapt(GroupDraft draft, KnownTopics known) {
    if (draft.members() == 0) {
      return;
    }
    if (changesOnlyStandbys(draft, known)) {
      return;
    }
    boolean balanced = draft.assignor() == Assignor.BALANCED;
    if (balanced && draft.before().wishes().size() == 1 && keepsWishes(draft)) {
      EvenAssignment.assign(draft, draft.before());
    } else {
      renew(draft, known);
    }
  }

  /**
   * Whether the members that come and go have no partitions and get none: every topic that they
   * want has members already, and these keep what they have.
   */
  private static boolean changesOnlyStandbys(GroupDraft draft, KnownTopics known) {
    for (String id : draft.removed()) {
      if (!draft.old(id).target().isEmpty()) {
        return false;
      }
    }
    boolean more = false;
    for (Member member : draft.touched()) {
      if (!member.target().isEmpty()) {
        return false;
      }
      more = true;
    }
    return !more || keepsWishes(draft) && isFull(draft, known);
  }

  /** Whether members that have no partitions take none from others. */
  private static boolean isFull(GroupDraft draft, KnownTopics known) {
    if (draft.assignor() == Assignor.SINGLE_ACTIVE || draft.before().bySize().lastKey() <= 1) {
      return true;
    }
    return draft.before().wishes().size() > 1
        && draft.touched().stream()
            .flatMap(member -> known.resolve(member.subscription()).values().stream())
            .allMatch(topic -> isSpread(topic, draft));
  }

  /** Whether each owner of a partition of the topic has no other partition. */
  private static boolean isSpread(GroupTopic topic, GroupDraft draft) {
    for (int i = 0; i < topic.partitions(); i++) {
      String owner = draft.before().targets().of(new PartitionId(topic.id(), i));
      if (draft.old(owner).target().size() > 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether members that were put have the wishes that they had, or new ones those of others. */
  private static boolean keepsWishes(GroupDraft draft) {
    Set<Wish> known = draft.before().wishes();
    for (Member member : draft.touched()) {
      Wish wish = Wish.of(member.subscription());
      Member old = draft.old(member.id());
      if (!known.contains(wish) || old != null && !wish.equals(Wish.of(old.subscription()))) {
        return false;
      }
    }
    return true;
  }
}
