package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettlingTest {

  private static final int MEMBERS = 100;

  private final TestGroups groups = TestGroups.withTopic("orders", MEMBERS);
  private final Map<String, Reply.Assignment> known = new HashMap<>();

  /** Each member sends one beat for what it knew when the round began. */
  private void round() {
    for (Map.Entry<String, Reply.Assignment> member : Map.copyOf(known).entrySet()) {
      Reply.Assignment assignment = member.getValue();
      note(
          member.getKey(), groups.beat(member.getKey(), assignment.epoch(), assignment.assigned()));
    }
  }

  private void note(String member, Reply.Assignment answer) {
    known.put(member, answer);
    for (Notice notice : groups.last.notices()) {
      known.put(notice.member(), (Reply.Assignment) notice.news());
    }
  }

  private int roundsUntilStable() {
    int rounds = 0;
    while (known.values().stream().anyMatch(a -> a.state() != MemberState.STABLE)) {
      round();
      rounds++;
      assertThat(rounds).isLessThan(50);
    }
    return rounds;
  }

  @Test
  void hundredMembersThatJoinAtOnceSettleInTwoRounds() {
    for (int i = 0; i < MEMBERS; i++) {
      note("m" + i, groups.join("m" + i, "orders"));
    }

    assertThat(roundsUntilStable()).isLessThanOrEqualTo(2);
    assertThat(known.values()).allMatch(assignment -> assignment.assigned().size() == 1);
  }

  @Test
  void aDeathMovesOnlyThePartitionsOfTheDead() {
    for (int i = 0; i < 10; i++) {
      note("m" + i, groups.join("m" + i, "orders"));
    }
    roundsUntilStable();
    Map<String, Set<PartitionId>> before = new HashMap<>();
    known.forEach((member, assignment) -> before.put(member, assignment.assigned()));

    groups.send(new Command.Leave("g", "m3", Command.Leave.ANY_EPOCH, false));

    List<PartitionId> moved = new ArrayList<>();
    for (Reply.MemberView member : groups.describe().members()) {
      assertThat(member.state()).isEqualTo(MemberState.STABLE);
      assertThat(member.assigned()).containsAll(before.get(member.member()));
      Set<PartitionId> gained = new HashSet<>(member.assigned());
      gained.removeAll(before.get(member.member()));
      moved.addAll(gained);
    }
    assertThat(moved).containsExactlyInAnyOrderElementsOf(before.get("m3"));
  }

  @Test
  void aJoinPausesOnlyItsShare() {
    for (int i = 0; i < 9; i++) {
      note("m" + i, groups.join("m" + i, "orders"));
    }
    roundsUntilStable();

    groups.join("late", "orders");

    long releasing =
        groups.describe().members().stream().mapToLong(member -> member.releasing().size()).sum();
    assertThat(releasing).as("partitions that pause").isEqualTo(MEMBERS / 10);
  }
}
