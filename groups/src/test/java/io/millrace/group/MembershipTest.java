package io.millrace.group;

import static io.millrace.group.TestGroups.SECOND;
import static io.millrace.group.TestGroups.SESSION;
import static io.millrace.group.TestGroups.beating;
import static io.millrace.group.TestGroups.errorOf;
import static io.millrace.group.TestGroups.joining;
import static io.millrace.group.TestGroups.messageOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {

  private final TestGroups groups = TestGroups.withTopic("orders", 4);

  private Reply beatWithProgress(String member, long epoch, long sinceMicros, long handedOut) {
    return groups.send(
        new Command.Beat(
            "g",
            member,
            epoch,
            Set.of(),
            Optional.of(new Command.Progress(sinceMicros, handedOut)),
            Optional.empty(),
            ""));
  }

  private void joinWatched(String member, long maxProcessingMicros) {
    groups.send(
        new Command.Join(
            "g",
            member,
            new MemberSettings("", "client", "host", SESSION, maxProcessingMicros),
            MemberSubscription.of("orders"),
            Optional.empty()));
  }

  @Test
  void theFirstMemberGetsEverything() {
    Reply.Assignment assignment = groups.join("a", "orders");

    assertThat(assignment.assigned()).hasSize(4);
    assertThat(assignment.state()).isEqualTo(MemberState.STABLE);
    assertThat(assignment.beatIntervalMicros()).isEqualTo(SESSION / 3);
  }

  @Test
  void aSecondMemberGetsItsHalfWhenTheFirstHasDroppedIt() {
    groups.join("a", "orders");
    Reply.Assignment second = groups.join("b", "orders");
    assertThat(second.assigned()).isEmpty();
    assertThat(second.state()).isEqualTo(MemberState.WAITING);
    assertThat(groups.last.notices()).extracting(Notice::member).containsExactly("a");

    Reply.MemberView first = groups.view("a");
    assertThat(first.releasing()).hasSize(2);
    groups.beat("a", first.epoch(), first.assigned());

    assertThat(groups.last.notices()).extracting(Notice::member).containsExactly("b");
    assertThat(groups.view("b").assigned()).isEqualTo(first.releasing());
  }

  @Test
  void aBeatWithAnOldEpochConfirmsNothing() {
    Reply.Assignment first = groups.join("a", "orders");
    groups.join("b", "orders");

    Reply.Assignment answer = groups.beat("a", first.epoch(), Set.of());

    assertThat(answer.releasing()).hasSize(2);
    assertThat(groups.view("b").assigned()).isEmpty();
  }

  @Test
  void describesForWhomAPartitionMoves() {
    groups.join("a", "orders");
    groups.join("b", "orders");

    assertThat(groups.describe().partitions())
        .filteredOn(partition -> partition.next().equals("b"))
        .hasSize(2)
        .allMatch(partition -> partition.owner().equals("a"));
  }

  @Test
  void aBeatWithoutNewsWritesNothing() {
    groups.join("a", "orders");

    groups.settle("a");

    assertThat(groups.last.records()).isEmpty();
    assertThat(groups.last.notices()).isEmpty();
  }

  @Test
  void aRepeatedJoinChangesNothing() {
    Reply.Assignment first = groups.join("a", "orders");

    assertThat(groups.join("a", "orders")).isEqualTo(first);
    assertThat(groups.last.records()).isEmpty();
  }

  @Test
  void aLeaveFreesThePartitionsAtOnce() {
    groups.join("a", "orders");
    groups.join("b", "orders");
    groups.settle("a");

    groups.send(new Command.Leave("g", "a", Command.Leave.ANY_EPOCH, false));

    assertThat(groups.view("b").assigned()).hasSize(4);
  }

  @Test
  void theEndOfASessionFreesThePartitionsAndTellsWhy() {
    groups.join("a", "orders");
    groups.join("b", "orders");
    groups.settle("a");
    groups.pass(SESSION - SECOND);
    groups.settle("b");

    groups.pass(SECOND);

    assertThat(groups.view("b").assigned()).hasSize(4);
    Reply reply = groups.send(beating("a", 3, Set.of()));
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    assertThat(messageOf(reply)).contains("no beat came for 30.0 s", "sessionTimeout is 30.0 s");
  }

  @Test
  void aPostponedGroupIsLookedAtLater() {
    groups.join("a", "orders");
    groups.join("b", "orders");
    groups.settle("a");
    groups.pass(SESSION - SECOND);
    groups.settle("b");
    groups.now += SECOND; // the session of a is over
    groups.machine.postpone("g", groups.moment(), groups.now + 60 * SECOND);
    assertThat(groups.machine.nextDeadlineMicros()).isGreaterThan(groups.now);

    for (int i = 0; i < 59; i++) {
      groups.pass(SECOND);
      groups.settle("b");
    }
    assertThat(groups.describe().members()).hasSize(2);

    groups.pass(SECOND);
    groups.settle("b");
    assertThat(groups.view("b").assigned()).hasSize(4);
    assertThat(groups.describe().members()).hasSize(1);
  }

  @Test
  void everyMemberHasAWholeSessionAfterAReplay() {
    groups.join("a", "orders");
    GroupMachine replayed = new GroupMachine(GroupLimits.DEFAULT);
    groups.log.forEach(replayed::apply);
    long later = groups.now + 100 * SESSION;

    replayed.open(new KnownTopics(groups.topics.values(), Set.of()), new Moment(later, groups.now));
    Decision tick = replayed.decide(new Command.Tick(), new Moment(later, groups.now));
    replayed.stage(tick);

    assertThat(tick.records()).isEmpty();
    assertThat(replayed.decide(new Command.Describe("g"), new Moment(later, groups.now)).reply())
        .isInstanceOfSatisfying(
            Reply.Description.class, group -> assertThat(group.members()).hasSize(1));
    Moment end = new Moment(later + SESSION, groups.now);
    assertThat(replayed.decide(new Command.Tick(), end).records()).isNotEmpty();
  }

  @Test
  void aMemberThatDoesNotProcessStaysUnlessItAskedForAnEnd() {
    joinWatched("a", 0);
    for (int i = 1; i <= 100; i++) {
      groups.pass(10 * SECOND);
      beatWithProgress("a", groups.view("a").epoch(), i * 10 * SECOND, 50);
    }

    assertThat(groups.view("a").sinceProgressMicros()).isEqualTo(1_000 * SECOND);
    assertThat(groups.view("a").handedOut()).isEqualTo(50);
  }

  @Test
  void aMemberThatAskedForAnEndIsToldThatItDidNotProcess() {
    joinWatched("a", 60 * SECOND);
    long epoch = groups.view("a").epoch();
    beatWithProgress("a", epoch, 0, 50);
    for (int i = 1; i <= 5; i++) {
      groups.pass(10 * SECOND);
      beatWithProgress("a", epoch, i * 10 * SECOND, 50);
    }

    groups.pass(10 * SECOND);

    Reply reply = groups.send(beating("a", epoch, Set.of()));
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    assertThat(messageOf(reply))
        .contains("held 50 events", "did not process for 60.0 s", "maxProcessingTime is 60.0 s");
  }

  @Test
  void anIdleMemberThatAskedForAnEndStays() {
    joinWatched("a", 60 * SECOND);
    long epoch = groups.view("a").epoch();
    for (int i = 1; i <= 20; i++) {
      groups.pass(10 * SECOND);
      beatWithProgress("a", epoch, i * 10 * SECOND, 0);
    }

    assertThat(groups.view("a").member()).isEqualTo("a");
  }

  @Test
  void aStaticNameKeepsItsPartitionsOverARestart() {
    groups.joinStatic("a1", "pod-0", "orders");
    groups.joinStatic("b1", "pod-1", "orders");
    groups.settle("a1");
    Set<PartitionId> before = groups.view("a1").assigned();
    groups.send(new Command.Leave("g", "a1", Command.Leave.ANY_EPOCH, true));
    assertThat(groups.view("a1").away()).isTrue();

    groups.pass(SESSION - SECOND);
    groups.settle("b1");
    Reply.Assignment back = groups.joinStatic("a2", "pod-0", "orders");

    assertThat(back.assigned()).isEqualTo(before);
    assertThat(groups.last.notices()).extracting(Notice::member).containsExactly("a1");
  }

  @Test
  void aStaticNameThatDoesNotComeBackLosesItsPartitions() {
    groups.joinStatic("a1", "pod-0", "orders");
    groups.joinStatic("b1", "pod-1", "orders");
    groups.settle("a1");
    groups.send(new Command.Leave("g", "a1", Command.Leave.ANY_EPOCH, true));
    groups.pass(SESSION - SECOND);
    groups.settle("b1");

    groups.pass(SECOND);

    assertThat(groups.view("b1").assigned()).hasSize(4);
  }

  @Test
  void aSecondLiveMemberOfAStaticNameEndsTheFirst() {
    Reply.Assignment first = groups.joinStatic("a1", "pod-0", "orders");

    Reply.Assignment second = groups.joinStatic("0123abcd-secret", "pod-0", "orders");

    assertThat(second.assigned()).isEqualTo(first.assigned());
    assertThat(errorOf(groups.send(beating("a1", first.epoch(), first.assigned()))))
        .isEqualTo(ErrorCode.STATIC_NAME_TAKEN);
    assertThat(
            errorOf(
                groups.send(
                    groups.committing("a1", first.epoch(), groups.partition("orders", 0), 5))))
        .isEqualTo(ErrorCode.STATIC_NAME_TAKEN);
    assertThat(
            ((Reply.Refusal) groups.send(beating("a1", first.epoch(), first.assigned()))).message())
        .contains("0123abcd'")
        .doesNotContain("secret");
  }

  @Test
  void singleActiveLetsOneWorkAndOthersStandBy() {
    for (String member : List.of("a", "b", "c")) {
      groups.send(
          new Command.Join(
              "g",
              member,
              TestGroups.settings(""),
              MemberSubscription.of("orders"),
              Optional.of(Assignor.SINGLE_ACTIVE)));
    }
    assertThat(groups.view("a").assigned()).hasSize(4);

    groups.send(new Command.Leave("g", "a", Command.Leave.ANY_EPOCH, false));

    assertThat(groups.view("b").assigned()).hasSize(4);
    assertThat(groups.view("c").assigned()).isEmpty();
  }

  @Test
  void refusesAnotherAssignorWhileThereAreMembers() {
    groups.join("a", "orders");

    Reply reply =
        groups.send(
            new Command.Join(
                "g",
                "b",
                TestGroups.settings(""),
                MemberSubscription.of("orders"),
                Optional.of(Assignor.SINGLE_ACTIVE)));

    assertThat(errorOf(reply)).isEqualTo(ErrorCode.INCONSISTENT_GROUP);
  }

  @Test
  void membersThatAreTooManyStandBy() {
    for (int i = 0; i < 6; i++) {
      groups.join("m" + i, "orders");
      groups.describe().members().forEach(member -> groups.settle(member.member()));
    }

    assertThat(groups.describe().members())
        .extracting(member -> member.assigned().size())
        .containsExactlyInAnyOrder(1, 1, 1, 1, 0, 0);
  }

  @Test
  void aNewSubscriptionCountsOnceAndOnlyForward() {
    groups.topic("payments", 2);
    Reply.Assignment joined = groups.join("a", "orders");
    MemberSubscription both = new MemberSubscription(2, List.of("orders", "payments"), "");
    Command.Beat beat =
        new Command.Beat(
            "g", "a", joined.epoch(), joined.assigned(), Optional.empty(), Optional.of(both), "");

    assertThat(((Reply.Assignment) groups.send(beat)).assigned()).hasSize(6);
    assertThat(((Reply.Assignment) groups.send(beat)).subscriptionVersion()).isEqualTo(2);
    assertThat(groups.last.records()).isEmpty();
    assertThat(groups.join("a", "orders").assigned()).hasSize(6);
  }

  @Test
  void aPatternFindsTopicsThatComeLater() {
    groups.send(
        new Command.Join(
            "g",
            "a",
            TestGroups.settings(""),
            new MemberSubscription(1, List.of(), "audit.*"),
            Optional.empty()));

    groups.topic("audit.eu", 3);

    assertThat(groups.view("a").assigned()).hasSize(3);
  }

  @Test
  void newPartitionsOfATopicAreAssigned() {
    groups.join("a", "orders");

    groups.topic("orders", 7);

    assertThat(groups.view("a").assigned()).hasSize(7);
  }

  @Test
  void theEpochsOfANewGroupAreAboveThoseOfADeletedOne() {
    groups.join("a", "orders");
    long epoch = groups.view("a").epoch();
    groups.send(new Command.Leave("g", "a", Command.Leave.ANY_EPOCH, false));
    assertThat(groups.machine.groups()).as("a group without positions is gone").isZero();

    assertThat(groups.join("a", "orders").epoch()).isGreaterThan(epoch);
    assertThat(errorOf(groups.send(beating("a", epoch, Set.of()))))
        .isEqualTo(ErrorCode.STALE_MEMBER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        " a",
        "a ",
        "a\nb",
        "a\u0000",
        "a\u202eb",
        "a\ud800",
        "\u00a0",
        "a\u2028"
      })
  void refusesNamesThatAreNotPrintable(String name) {
    Reply reply =
        groups.send(
            new Command.Join(
                name,
                "a",
                TestGroups.settings(""),
                MemberSubscription.of("orders"),
                Optional.empty()));

    assertThat(errorOf(reply)).isEqualTo(ErrorCode.INVALID_GROUP_NAME);
    assertThat(messageOf(reply)).doesNotContain("\n", "\u0000");
    assertThat(groups.last.records()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "team/billing v2", "Größe ☂", "../etc", "%2e", "'; drop"})
  void takesPrintableNames(String name) {
    Reply reply =
        groups.send(
            new Command.Join(
                name,
                "a",
                TestGroups.settings(""),
                MemberSubscription.of("orders"),
                Optional.empty()));

    assertThat(errorOf(reply)).isEqualTo(ErrorCode.NONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void refusesAVersionOfASubscriptionBelowOne(int version) {
    Reply reply =
        groups.send(
            new Command.Join(
                "g",
                "a",
                TestGroups.settings(""),
                new MemberSubscription(version, List.of("orders"), ""),
                Optional.empty()));
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void refusesNamesAndSubscriptionsThatAreTooLong() {
    assertThat(errorOf(groups.send(joining("m".repeat(256), "orders"))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(errorOf(groups.send(joining("☂".repeat(86), "orders"))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(errorOf(groups.send(joining("m")))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(errorOf(groups.send(joining("m", "no/topic"))))
        .isEqualTo(ErrorCode.INVALID_TOPIC_NAME);
    String[] many = new String[GroupLimits.TOPICS + 1];
    Arrays.setAll(many, i -> "t" + i);
    assertThat(errorOf(groups.send(joining("m", many)))).isEqualTo(ErrorCode.LIMIT_REACHED);
    Command.Join stars =
        new Command.Join(
            "g",
            "m",
            TestGroups.settings(""),
            new MemberSubscription(1, List.of(), "*a".repeat(11)),
            Optional.empty());
    assertThat(errorOf(groups.send(stars))).isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void refusesMembersAndGroupsAndBytesAboveTheLimits() {
    TestGroups small = new TestGroups(new GroupLimits(2, 3, 20_000));
    small.topic("orders", 1);
    for (String member : List.of("a", "b", "c")) {
      small.join(member, "orders");
    }
    Reply reply = small.send(joining("d", "orders"));
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(messageOf(reply)).contains("3 members", "limit is 3");

    small.send(joinGroup("g2", "a"));
    assertThat(messageOf(small.send(joinGroup("g3", "a")))).contains("limit");

    small.topic("wide", 200);
    Command.Beat wide =
        new Command.Beat(
            "g",
            "a",
            small.view("a").epoch(),
            Set.of(),
            Optional.empty(),
            Optional.of(MemberSubscription.of("orders", "wide")),
            "");
    Command.Beat wider =
        new Command.Beat(
            "g",
            "a",
            small.view("a").epoch(),
            Set.of(),
            Optional.empty(),
            Optional.of(new MemberSubscription(2, List.of("orders", "wide"), "")),
            "");
    assertThat(errorOf(small.send(wide))).as("old version").isEqualTo(ErrorCode.NONE);
    small.now += SECOND;
    reply = small.send(wider);
    assertThat(small.view("a").sinceBeatMicros()).as("a refused member lives").isZero();
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(messageOf(reply)).contains("have left");
    assertThat(small.machine.bytes()).isBetween(3_000L, 20_000L);
  }

  @Test
  void tenThousandGroupsAreTakenAndFollowTheTopicsInSeveralTicks() {
    int most = GroupLimits.DEFAULT.groups();
    for (int i = 0; i < most; i++) {
      assertThat(errorOf(groups.send(joinGroup("g" + i, "a")))).isEqualTo(ErrorCode.NONE);
    }
    Reply reply = groups.send(joinGroup("one more", "a"));
    assertThat(errorOf(reply)).isEqualTo(ErrorCode.LIMIT_REACHED);
    assertThat(messageOf(reply)).contains("has 10000, its limit");
    groups.log.clear();

    groups.topics.put("orders", new GroupTopic(groups.topics.get("orders").id(), "orders", 5));
    groups.send(new Command.TopicsChanged(new KnownTopics(groups.topics.values(), Set.of())));
    groups.send(new Command.Tick());

    assertThat(groups.last.records()).hasSizeLessThan(1_000);
    groups.tick();
    assertThat(groups.log).hasSize(3 * most);
  }

  private static Command.Join joinGroup(String group, String member) {
    return new Command.Join(
        group, member, TestGroups.settings(""), MemberSubscription.of("orders"), Optional.empty());
  }

  @Test
  void stagesOnlyTheNewestDecision() {
    Decision old = groups.machine.decide(joining("a", "orders"), groups.moment());
    Decision newer = groups.machine.decide(joining("a", "orders"), groups.moment());

    assertThatThrownBy(() -> groups.machine.stage(old)).isInstanceOf(IllegalStateException.class);
    groups.machine.stage(newer);
    assertThatThrownBy(() -> groups.machine.stage(newer)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> groups.machine.apply(new GroupRecord.GroupRemoved("g")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailedAppendTakesBackWhatWasBuiltOnIt() {
    groups.join("a", "orders");
    List<GroupRecord> before = NaiveGroups.snapshotOf(groups.machine);
    for (Command command :
        List.of(
            joining("b", "orders"),
            new Command.Leave("g", "a", Command.Leave.ANY_EPOCH, false),
            new Command.Leave("g", "b", Command.Leave.ANY_EPOCH, false),
            joining("c", "orders"))) {
      groups.machine.stage(groups.machine.decide(command, groups.moment()));
    }

    groups.machine.rollBack(groups.moment());

    assertThat(NaiveGroups.snapshotOf(groups.machine)).isEqualTo(before);
    assertThat(groups.settle("a").assigned()).hasSize(4);
    groups.pass(SESSION - 1);
    assertThat(groups.view("a").assigned()).hasSize(4);
  }
}
