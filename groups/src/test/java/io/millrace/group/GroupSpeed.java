package io.millrace.group;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Prints what decisions cost in CPU time of one thread. Run its main method. */
final class GroupSpeed {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int MEMBERS = 100;

  private GroupSpeed() {}

  private interface Work {
    void run(int round);
  }

  public static void main(String[] args) {
    TestGroups groups = TestGroups.withTopic("orders", MEMBERS);
    for (int i = 0; i < MEMBERS; i++) {
      groups.join("m" + i, "orders");
    }
    for (int i = 0; i < 3; i++) {
      groups.describe().members().forEach(member -> groups.settle(member.member()));
    }
    List<Reply.MemberView> members = groups.describe().members();
    groups.log.clear();
    beats(groups, members);
    commits(groups, members);
    assignor();
  }

  private static void beats(TestGroups groups, List<Reply.MemberView> members) {
    List<Command> beats = new ArrayList<>();
    for (Reply.MemberView member : members) {
      beats.add(
          new Command.Beat(
              "g",
              member.member(),
              member.epoch(),
              member.assigned(),
              Optional.of(new Command.Progress(1_000, 5)),
              Optional.empty(),
              ""));
    }
    measure(
        "decide and stage a beat, 100 members",
        1_000_000,
        round -> {
          groups.now++;
          groups.send(beats.get(round % MEMBERS));
        });
  }

  private static void commits(TestGroups groups, List<Reply.MemberView> members) {
    measure(
        "decide, stage and confirm a commit of 1 partition",
        1_000_000,
        round -> {
          Reply.MemberView member = members.get(round % MEMBERS);
          PartitionId partition = member.assigned().iterator().next();
          groups.send(groups.committing(member.member(), member.epoch(), partition, round));
          groups.log.clear();
        });
    measure(
        "the same, with encoding and decoding of the record",
        500_000,
        round -> {
          Reply.MemberView member = members.get(round % MEMBERS);
          PartitionId partition = member.assigned().iterator().next();
          groups.send(
              groups.committing(member.member(), member.epoch(), partition, 9_000_000 + round));
          GroupRecordCodec.decode(GroupRecordCodec.encode(groups.log.get(0)));
          groups.log.clear();
        });
  }

  private static void assignor() {
    List<GroupTopic> topics = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      topics.add(new GroupTopic(new UUID(i, i), "t" + i, 1_000));
    }
    for (boolean mixed : new boolean[] {false, true}) {
      String wishes = mixed ? ", two kinds of subscriptions" : "";
      List<Claim> none = claims(1_000, List.of(), topics, mixed);
      measure(
          "assign 10,000 partitions to 1,000 members" + wishes,
          100,
          round -> BalancedAssignment.assign(none, topics));
      List<Set<PartitionId>> targets = BalancedAssignment.assign(none, topics);
      List<Claim> oneMore = claims(1_001, targets, topics, mixed);
      measure(
          "one more member joins" + wishes,
          100,
          round -> BalancedAssignment.assign(oneMore, topics));
    }
    TestGroups groups = TestGroups.withTopic("wide", 10_000);
    for (int i = 0; i < 999; i++) {
      groups.join("m" + i, "wide");
    }
    Command.Join join = TestGroups.joining("late", "wide");
    measure(
        "decide a join, 999 members, 10,000 partitions",
        20,
        round -> groups.machine.decide(join, groups.moment()));
  }

  private static List<Claim> claims(
      int members, List<Set<PartitionId>> targets, List<GroupTopic> topics, boolean mixed) {
    Set<UUID> all = new TreeSet<>();
    Set<UUID> some = new TreeSet<>();
    for (GroupTopic topic : topics) {
      all.add(topic.id());
      if (topic.id().getMostSignificantBits() % 3 > 0) {
        some.add(topic.id());
      }
    }
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      Set<PartitionId> target = i < targets.size() ? targets.get(i) : Set.of();
      Map<PartitionId, Long> held = new HashMap<>();
      target.forEach(partition -> held.put(partition, 1L));
      Member member =
          Member.joined("m" + i, 1, TestGroups.settings(""), MemberSubscription.of("t"))
              .withTarget(target)
              .withCurrent(1, held, Map.of());
      claims.add(new Claim(member, mixed && i % 2 == 0 ? some : all, target));
    }
    return claims;
  }

  private static void measure(String what, int rounds, Work work) {
    for (int i = 0; i < rounds; i++) {
      work.run(i);
    }
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < rounds; i++) {
      work.run(rounds + i);
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / rounds;
    System.out.printf("%-60s %,12.2f us %,14.0f a second%n", what, micros, 1e6 / micros);
  }
}
