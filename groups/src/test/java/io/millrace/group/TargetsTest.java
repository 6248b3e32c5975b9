package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The targets of groups whose members come, go and die, after each decision. */
class TargetsTest {

  private static final int SEEDS = 60;
  private static final int STEPS = 60;

  private final TestGroups groups = new TestGroups(GroupLimits.DEFAULT);
  private Random random;
  private Assignor assignor;
  private int names;

  private void begin(long seed, int topics) {
    random = new Random(seed);
    assignor = random.nextInt(4) == 0 ? Assignor.SINGLE_ACTIVE : Assignor.BALANCED;
    for (int i = 0; i < topics; i++) {
      groups.topics.put(
          "t" + i, new GroupTopic(new UUID(seed, i), "t" + i, 1 + random.nextInt(12)));
    }
    groups.topicsChanged();
  }

  private Map<String, Member> members() {
    Map<String, GroupRecord.MemberSet> sets = new TreeMap<>();
    Map<String, Set<PartitionId>> targets = new HashMap<>();
    Map<String, GroupRecord.CurrentSet> currents = new HashMap<>();
    for (GroupRecord record : NaiveGroups.snapshotOf(groups.machine)) {
      if (record instanceof GroupRecord.MemberSet set) {
        sets.put(set.member(), set);
      } else if (record instanceof GroupRecord.TargetSet set) {
        targets.put(set.member(), set.partitions());
      } else if (record instanceof GroupRecord.CurrentSet set) {
        currents.put(set.member(), set);
      }
    }
    Map<String, Member> members = new TreeMap<>();
    sets.forEach(
        (id, set) ->
            members.put(
                id,
                Member.joined(id, set.joinEpoch(), set.settings(), set.subscription())
                    .withTarget(targets.get(id))
                    .with(currents.get(id))));
    return members;
  }

  private void step(List<String> wish) {
    List<String> ids = List.copyOf(members().keySet());
    String one = ids.isEmpty() ? "" : ids.get(random.nextInt(ids.size()));
    int dice = random.nextInt(10);
    if (ids.isEmpty() || dice < 4) {
      groups.send(
          new Command.Join(
              "g",
              "m" + names++,
              TestGroups.settings(random.nextInt(5) == 0 ? "s" + random.nextInt(3) : ""),
              MemberSubscription.of(wish.toArray(String[]::new)),
              Optional.of(assignor)));
    } else if (dice < 6) {
      groups.send(new Command.Leave("g", one, Command.Leave.ANY_EPOCH, false));
    } else if (dice < 9) {
      groups.settle(one);
    } else {
      // Those die that send no beat in time.
      groups.pass(TestGroups.SESSION / 2);
      List<String> left = List.copyOf(members().keySet());
      left.stream().filter(id -> random.nextInt(3) > 0).forEach(groups::settle);
      groups.pass(TestGroups.SESSION / 2);
    }
  }

  /** What a new distribution over all members would give each of them. */
  private List<Set<PartitionId>> anew(Map<String, Member> members) {
    KnownTopics known = new KnownTopics(groups.topics.values(), Set.of());
    Map<UUID, GroupTopic> wanted = new TreeMap<>();
    List<Claim> claims = new ArrayList<>();
    for (Member member : members.values()) {
      Map<UUID, GroupTopic> topics = known.resolve(member.subscription());
      wanted.putAll(topics);
      claims.add(new Claim(member, topics.keySet(), member.target()));
    }
    List<GroupTopic> topics = List.copyOf(wanted.values());
    return assignor == Assignor.BALANCED
        ? BalancedAssignment.assign(claims, topics)
        : SingleActiveAssignment.assign(claims, topics);
  }

  private void assertRight(String where) {
    Map<String, Member> members = members();
    if (!members.isEmpty()) {
      assertThat(members.values().stream().map(Member::target).toList())
          .as("%s: targets, and those of a distribution over all members", where)
          .isEqualTo(anew(members));
    }
  }

  /** Partitions of members that stay that are not theirs any more. */
  private static int taken(Map<String, Member> before, Map<String, Member> after) {
    int taken = 0;
    for (Member member : before.values()) {
      if (after.containsKey(member.id())) {
        Set<PartitionId> gone = new HashSet<>(member.target());
        gone.removeAll(after.get(member.id()).target());
        taken += gone.size();
      }
    }
    return taken;
  }

  /** What must be taken from members at least, so that all have the same number or one more. */
  private static int leastTaken(Map<String, Member> before, Map<String, Member> after) {
    int partitions = after.values().stream().mapToInt(member -> member.target().size()).sum();
    int share = partitions / after.size();
    int over = 0;
    int above = 0;
    for (Member member : before.values()) {
      int size = after.containsKey(member.id()) ? member.target().size() : 0;
      over += Math.max(0, size - share);
      above += size > share ? 1 : 0;
    }
    return over - Math.min(partitions % after.size(), above);
  }

  @Test
  void aChangeMovesNoMoreThanItMustIfAllWantTheSame() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      TargetsTest run = new TargetsTest();
      run.begin(seed, 2);
      Map<String, Member> before = Map.of();
      for (int i = 0; i < STEPS; i++) {
        run.step(List.of("t0", "t1"));
        String where = "seed " + seed + " step " + i;
        run.assertRight(where);
        Map<String, Member> after = run.members();
        if (run.assignor == Assignor.BALANCED && !after.isEmpty()) {
          int most = after.values().stream().mapToInt(m -> m.target().size()).max().orElse(0);
          int least = after.values().stream().mapToInt(m -> m.target().size()).min().orElse(0);
          assertThat(most - least).as(where).isLessThanOrEqualTo(1);
          assertThat(taken(before, after))
              .as("%s: partitions taken from members that stay", where)
              .isEqualTo(leastTaken(before, after));
        }
        before = after;
      }
    }
  }

  @Test
  void differentWishesAreDistributedAsIfAllMembersWereLookedAt() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      TargetsTest run = new TargetsTest();
      run.begin(seed, 3);
      List<List<String>> wishes = List.of(List.of("t0"), List.of("t1", "t2"), List.of("t0", "t2"));
      for (int i = 0; i < STEPS; i++) {
        run.step(wishes.get(run.random.nextInt(3)));
        run.assertRight("seed " + seed + " step " + i);
      }
    }
  }
}
