package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayTest {

  private static GroupMachine replay(List<GroupRecord> records) {
    GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
    records.forEach(machine::apply);
    return machine;
  }

  private static TestGroups busyGroups() {
    TestGroups groups = TestGroups.withTopic("orders", 6);
    for (String member : List.of("a", "b", "c")) {
      groups.join(member, "orders");
      groups.describe().members().forEach(view -> groups.settle(view.member()));
    }
    Reply.MemberView first = groups.view("a");
    first.assigned().forEach(partition -> groups.commit("a", first.epoch(), partition, 7));
    groups.send(new Command.Leave("g", "b", Command.Leave.ANY_EPOCH, false));
    groups.topic("payments", 2);
    groups.deleteTopic("payments");
    return groups;
  }

  @Test
  void theLogGivesTheSameGroups() {
    TestGroups groups = busyGroups();

    GroupMachine replayed = replay(groups.log);

    assertThat(NaiveGroups.snapshotOf(replayed)).isEqualTo(NaiveGroups.snapshotOf(groups.machine));
    assertThat(replayed.bytes()).isEqualTo(groups.machine.bytes());
    assertThat(replayed.snapshotRecords()).isEqualTo(NaiveGroups.snapshotOf(replayed).size());
  }

  @Test
  void recordsOfAllKindsInAnyOrderAreTaken() {
    for (long seed = 1; seed <= 300; seed++) {
      List<GroupRecord> records = new ArrayList<>(GroupRecords.all());
      records.addAll(GroupRecords.all());
      Collections.shuffle(records, new Random(seed));
      GroupMachine machine = replay(records);

      List<GroupRecord> snapshot = NaiveGroups.snapshotOf(machine);
      GroupMachine again = replay(snapshot);
      assertThat(NaiveGroups.snapshotOf(again)).as("seed %d", seed).isEqualTo(snapshot);
      assertThat(again.bytes()).as("seed %d", seed).isEqualTo(machine.bytes()).isNotNegative();
      assertThat(machine.snapshotRecords()).as("seed %d", seed).isEqualTo(snapshot.size());

      machine.open(new KnownTopics(List.of(), Set.of()), new Moment(0, 0));
      while (machine.nextDeadlineMicros() <= 0) {
        machine.stage(machine.decide(new Command.Tick(), new Moment(0, 0)));
      }
    }
  }

  /** A machine must open also after a log that nobody should have written. */
  @Test
  void recordsInAnyOrderAndWithGapsAreTaken() {
    TestGroups groups = busyGroups();
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<GroupRecord> records = new ArrayList<>(groups.log);
      Collections.shuffle(records, random);
      GroupMachine machine = replay(records.subList(0, random.nextInt(records.size() + 1)));

      List<GroupRecord> snapshot = NaiveGroups.snapshotOf(machine);
      GroupMachine again = replay(snapshot);
      assertThat(NaiveGroups.snapshotOf(again)).as("seed %d", seed).isEqualTo(snapshot);
      assertThat(again.bytes()).as("seed %d", seed).isEqualTo(machine.bytes()).isNotNegative();

      machine.open(new KnownTopics(groups.topics.values(), Set.of()), groups.moment());
      while (machine.nextDeadlineMicros() <= groups.now) {
        machine.stage(machine.decide(new Command.Tick(), groups.moment()));
      }
    }
  }
}
