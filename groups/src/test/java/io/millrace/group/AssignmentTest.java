package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AssignmentTest {

  private static final MemberSettings SETTINGS = new MemberSettings("", "", "", 1_000_000, 0);

  private final List<GroupTopic> topics = new ArrayList<>();

  private static Claim claim(int id, Set<UUID> wanted, Set<PartitionId> target) {
    Map<PartitionId, Long> held = new HashMap<>();
    target.forEach(partition -> held.put(partition, 1L));
    Member member =
        Member.joined("m" + id, id, SETTINGS, MemberSubscription.of("t"))
            .withTarget(target)
            .withCurrent(1, held, Map.of());
    return new Claim(member, wanted, target);
  }

  private Set<UUID> allTopics() {
    return topics.stream().map(GroupTopic::id).collect(Collectors.toSet());
  }

  private void addTopic(int partitions) {
    topics.add(new GroupTopic(new UUID(7, topics.size()), "t" + topics.size(), partitions));
  }

  private int partitions() {
    return topics.stream().mapToInt(GroupTopic::partitions).sum();
  }

  private static int lost(List<Claim> before, List<Set<PartitionId>> after) {
    int lost = 0;
    for (int i = 0; i < before.size(); i++) {
      Set<PartitionId> gone = new HashSet<>(before.get(i).target());
      gone.removeAll(after.get(i));
      lost += gone.size();
    }
    return lost;
  }

  /** What members must lose at least, so that all have the same number, give or take one. */
  private int leastLoss(List<Claim> claims) {
    int share = partitions() / claims.size();
    int extras = partitions() % claims.size();
    int over = 0;
    int members = 0;
    for (Claim claim : claims) {
      over += Math.max(0, claim.target().size() - share);
      members += claim.target().size() > share ? 1 : 0;
    }
    return over - Math.min(extras, members);
  }

  private void assertComplete(List<Set<PartitionId>> targets) {
    List<PartitionId> all = targets.stream().flatMap(Set::stream).toList();
    assertThat(all).doesNotHaveDuplicates().hasSize(partitions());
  }

  @Test
  void sharesEvenlyAndTakesAwayNoMoreThanItMust() {
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      topics.clear();
      for (int i = random.nextInt(4); i >= 0; i--) {
        addTopic(1 + random.nextInt(40));
      }
      Set<UUID> all = allTopics();
      Map<Integer, Set<PartitionId>> members = new HashMap<>();
      for (int step = 0; step < 20; step++) {
        if (members.isEmpty() || random.nextInt(5) < 3) {
          members.put(step, Set.of());
        } else {
          members.remove(List.copyOf(members.keySet()).get(random.nextInt(members.size())));
        }
        if (members.isEmpty()) {
          continue;
        }
        List<Integer> ids = List.copyOf(members.keySet());
        List<Claim> claims = ids.stream().map(id -> claim(id, all, members.get(id))).toList();
        List<Set<PartitionId>> targets = BalancedAssignment.assign(claims, topics);

        assertComplete(targets);
        int most = targets.stream().mapToInt(Set::size).max().orElseThrow();
        int least = targets.stream().mapToInt(Set::size).min().orElseThrow();
        assertThat(most - least).as("seed %d step %d", seed, step).isLessThanOrEqualTo(1);
        assertThat(lost(claims, targets))
            .as("partitions taken away, seed %d step %d", seed, step)
            .isEqualTo(leastLoss(claims));
        for (int i = 0; i < ids.size(); i++) {
          members.put(ids.get(i), targets.get(i));
        }
      }
    }
  }

  @Test
  void spreadsEachTopicOverTheMembersOfANewGroup() {
    addTopic(7);
    addTopic(12);
    addTopic(1);
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      claims.add(claim(i, allTopics(), Set.of()));
    }

    List<Set<PartitionId>> targets = BalancedAssignment.assign(claims, topics);

    for (GroupTopic topic : topics) {
      List<Long> counts =
          targets.stream()
              .map(t -> t.stream().filter(p -> p.topicId().equals(topic.id())).count())
              .toList();
      assertThat(counts.stream().max(Long::compare).orElseThrow())
          .isLessThanOrEqualTo(counts.stream().min(Long::compare).orElseThrow() + 1);
    }
  }

  @Test
  void balancesDifferentWishesUntilNoMoveHelpsAndThenStays() {
    for (long seed = 1; seed <= 500; seed++) {
      Random random = new Random(seed);
      topics.clear();
      for (int i = random.nextInt(5); i >= 0; i--) {
        addTopic(1 + random.nextInt(20));
      }
      List<Claim> claims = new ArrayList<>();
      Set<PartitionId> taken = new HashSet<>();
      for (int i = 0; i <= random.nextInt(8); i++) {
        Set<UUID> wanted =
            topics.stream()
                .filter(t -> random.nextBoolean())
                .map(GroupTopic::id)
                .collect(Collectors.toSet());
        Set<PartitionId> target = new HashSet<>();
        for (GroupTopic topic : topics) {
          PartitionId partition = new PartitionId(topic.id(), random.nextInt(25));
          if (random.nextBoolean() && taken.add(partition)) {
            target.add(partition);
          }
        }
        claims.add(claim(i, wanted, target));
      }
      claims.add(claim(99, allTopics(), Set.of()));

      List<Set<PartitionId>> targets = BalancedAssignment.assign(claims, topics);

      assertComplete(targets);
      for (int from = 0; from < claims.size(); from++) {
        assertThat(targets.get(from)).allMatch(claims.get(from)::wants);
        for (int to = 0; to < claims.size(); to++) {
          if (targets.get(from).stream().anyMatch(claims.get(to)::wants)) {
            assertThat(targets.get(from).size() - targets.get(to).size())
                .as("seed %d: from %d to %d", seed, from, to)
                .isLessThanOrEqualTo(1);
          }
        }
      }
      List<Claim> again = new ArrayList<>();
      for (int i = 0; i < claims.size(); i++) {
        again.add(claim(i, claims.get(i).topics(), targets.get(i)));
      }
      assertThat(BalancedAssignment.assign(again, topics)).isEqualTo(targets);
    }
  }

  @Test
  void givesAPartitionBackToTheMemberThatStillHoldsIt() {
    addTopic(4);
    Set<PartitionId> all = new HashSet<>();
    for (int i = 0; i < 4; i++) {
      all.add(new PartitionId(topics.get(0).id(), i));
    }
    // Two of the partitions were to go to a member that has died meanwhile.
    Set<PartitionId> kept = Set.of(new PartitionId(topics.get(0).id(), 0));
    Claim holder =
        new Claim(claim(1, allTopics(), all).member().withTarget(kept), allTopics(), kept);
    Claim other = claim(2, allTopics(), Set.of());

    List<Set<PartitionId>> targets = BalancedAssignment.assign(List.of(other, holder), topics);

    assertThat(targets.get(1)).hasSize(2);
    assertThat(all).containsAll(targets.get(1));
    assertThat(targets.get(1)).containsAll(kept);
  }

  @Test
  void singleActiveGivesAllToOneMemberAndKeepsItThere() {
    addTopic(3);
    addTopic(2);
    Claim first = claim(1, allTopics(), Set.of());
    Claim second = claim(2, allTopics(), Set.of());
    List<Set<PartitionId>> targets = SingleActiveAssignment.assign(List.of(second, first), topics);
    assertThat(targets.get(0)).isEmpty();
    assertThat(targets.get(1)).hasSize(5);

    Claim active = claim(3, allTopics(), targets.get(1));
    assertThat(SingleActiveAssignment.assign(List.of(first, active), topics).get(1)).hasSize(5);
  }
}
