package io.millrace.client.internal.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.group.MemberAction.Beat;
import io.millrace.client.internal.group.MemberAction.Ended;
import io.millrace.client.internal.group.MemberAction.Gained;
import io.millrace.client.internal.group.MemberAction.Join;
import io.millrace.client.internal.group.MemberAction.Leave;
import io.millrace.client.internal.group.MemberAction.Lost;
import io.millrace.client.internal.group.MemberAction.Release;
import io.millrace.client.internal.group.MemberAction.Removed;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupMemberState;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.TopicPartition;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipTest {

  private static final long SECOND = 1_000_000_000L;
  private static final UUID TOPIC = new UUID(1, 2);
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final TopicPartition P1 = new TopicPartition(TOPIC, 1);

  private int ids;
  private long now = -5 * SECOND;
  private Membership member = membership("");

  private Membership membership(String staticName) {
    return new Membership(
        new MembershipSettings(
            "g",
            staticName,
            Duration.ofSeconds(30),
            Duration.ZERO,
            GroupAssignor.AS_THE_GROUP,
            new GroupSubscription(1, List.of("t"), ""),
            ""),
        () -> "m" + ++ids);
  }

  private static GroupAssignment assignment(
      long epoch, List<TopicPartition> assigned, List<TopicPartition> releasing) {
    return new GroupAssignment(
        epoch, GroupMemberState.STABLE, assigned, releasing, List.of(), 1, 3_000_000);
  }

  private List<MemberAction> answer(GroupAssignment assignment) {
    return member.answered(member.member(), assignment, now, now);
  }

  private List<MemberAction> push(GroupAssignment assignment) {
    return member.changed(member.member(), assignment);
  }

  private void join(int epoch, TopicPartition... partitions) {
    member.connected(now);
    answer(assignment(epoch, List.of(partitions), List.of()));
  }

  private static MillraceException refusal(ErrorCode code) {
    return new MillraceException(code, "refused");
  }

  @Test
  void itJoinsWhenThereIsAConnectionAndOwnsWhatTheAnswerSays() {
    assertThat(member.connected(now)).containsExactly(new Join("m1"));
    assertThat(answer(assignment(7, List.of(P0, P1), List.of())))
        .containsExactly(new Gained(List.of(P0, P1)));
    assertThat(member.epoch()).isEqualTo(7);
    assertThat(member.dueNanos()).isEqualTo(now + 3 * SECOND);
  }

  @Test
  void aJoinIsRepeatedOverTheNextConnectionWithTheSameId() {
    member.connected(now);
    member.disconnected();
    assertThat(member.connected(now)).containsExactly(new Join("m1"));
  }

  @Test
  void aPushBeforeTheAnswerIsIgnored() {
    member.connected(now);
    assertThat(push(assignment(7, List.of(P0), List.of()))).isEmpty();
    assertThat(member.isMember()).isFalse();
  }

  @Test
  void beatsAreDueAtTheIntervalAndNameWhatIsOwned() {
    join(7, P0);
    assertThat(member.tick(now + SECOND)).isEmpty();
    assertThat(member.tick(now + 3 * SECOND)).containsExactly(new Beat("m1", 7, List.of(P0)));
    assertThat(member.dueNanos()).isEqualTo(now + 6 * SECOND);
  }

  @Test
  void withoutAConnectionNothingIsDueAndTheNextOneGetsABeatAtOnce() {
    join(7, P0);
    member.disconnected();
    assertThat(member.dueNanos()).isEqualTo(Membership.NEVER);
    assertThat(member.connected(now)).containsExactly(new Beat("m1", 7, List.of(P0)));
  }

  @Test
  void anOlderAssignmentIsIgnored() {
    join(7, P0);
    assertThat(push(assignment(6, List.of(P0, P1), List.of()))).isEmpty();
    assertThat(member.epoch()).isEqualTo(7);
  }

  @Test
  void aPartitionToReleaseStaysOwnedUntilItIsDropped() {
    join(7, P0, P1);
    GroupAssignment shrink = assignment(8, List.of(P0), List.of(P1));
    assertThat(push(shrink)).containsExactly(new Release(List.of(P1)));
    assertThat(push(shrink)).as("said twice").isEmpty();
    assertThat(member.tick(now + 3 * SECOND)).containsExactly(new Beat("m1", 8, List.of(P0, P1)));
    assertThat(member.dropped(P1, now)).containsExactly(new Beat("m1", 8, List.of(P0)));
    assertThat(push(shrink)).as("a late answer").isEmpty();
    assertThat(member.tick(now + 3 * SECOND)).containsExactly(new Beat("m1", 8, List.of(P0)));
  }

  @Test
  void aPartitionThatComesBackDuringItsReleaseIsGainedAgainAfterIt() {
    join(7, P0, P1);
    push(assignment(8, List.of(P0), List.of(P1)));
    assertThat(push(assignment(9, List.of(P0, P1), List.of()))).isEmpty();
    assertThat(member.dropped(P1, now)).containsExactly(new Gained(List.of(P1)));
    assertThat(member.ask(now)).containsExactly(new Beat("m1", 9, List.of(P0, P1)));
  }

  @Test
  void aPartitionInNeitherListIsLost() {
    join(7, P0, P1);
    assertThat(push(assignment(7, List.of(P1), List.of()))).containsExactly(new Lost(List.of(P0)));
    assertThat(member.ask(now)).containsExactly(new Beat("m1", 7, List.of(P1)));
  }

  @Test
  void aPartitionThatIsLostDuringItsReleaseIsNotDropped() {
    join(7, P0);
    push(assignment(8, List.of(), List.of(P0)));
    assertThat(push(assignment(8, List.of(), List.of()))).containsExactly(new Lost(List.of(P0)));
    assertThat(member.dropped(P0, now)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"UNKNOWN_MEMBER", "STALE_MEMBER", "UNKNOWN_GROUP"})
  void aMemberThatIsRemovedLosesEverythingAndJoinsWithANewId(ErrorCode code) {
    join(7, P0, P1);
    MillraceException why = refusal(code);
    assertThat(member.refused("m1", why, now))
        .containsExactly(new Lost(List.of(P0, P1)), new Removed(why));
    assertThat(member.refused("m1", why, now)).as("said twice").isEmpty();
    assertThat(member.dueNanos()).isEqualTo(Membership.NEVER);
    assertThat(member.connected(now)).as("not before the application polls").isEmpty();
    assertThat(member.rejoin(now)).containsExactly(new Join("m2"));
    assertThat(member.answered("m1", assignment(9, List.of(P0), List.of()), now, now))
        .as("an answer to the old id")
        .isEmpty();
    assertThat(answer(assignment(3, List.of(P1), List.of())))
        .as("a lower epoch, of the new id")
        .containsExactly(new Gained(List.of(P1)));
  }

  @Test
  void aStaticNameThatIsTakenEndsIt() {
    join(7, P0);
    MillraceException why = refusal(ErrorCode.STATIC_NAME_TAKEN);
    assertThat(member.refused("m1", why, now))
        .containsExactly(new Lost(List.of(P0)), new Ended(why));
    assertThat(member.rejoin(now)).isEmpty();
    assertThat(member.connected(now)).isEmpty();
  }

  @Test
  void aRetriableRefusalOfTheJoinIsTriedAgainLater() {
    member.connected(now);
    assertThat(member.refused("m1", refusal(ErrorCode.RECOVERING), now)).isEmpty();
    long due = member.dueNanos();
    assertThat(due).isGreaterThan(now);
    assertThat(member.tick(due)).containsExactly(new Join("m1"));
    member.refused("m1", refusal(ErrorCode.RECOVERING), due);
    assertThat(member.dueNanos() - due).isGreaterThan(due - now);
  }

  @Test
  void aRetriableRefusalOfABeatKeepsThePartitions() {
    join(7, P0);
    assertThat(member.refused("m1", refusal(ErrorCode.RECOVERING), now)).isEmpty();
    assertThat(member.tick(now + 3 * SECOND)).containsExactly(new Beat("m1", 7, List.of(P0)));
  }

  @Test
  void anotherRefusalEndsIt() {
    member.connected(now);
    MillraceException why = refusal(ErrorCode.INVALID_GROUP_NAME);
    assertThat(member.refused("m1", why, now)).containsExactly(new Ended(why));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "worker-1"})
  void itLeavesAndSaysWhetherItComesBack(String staticName) {
    member = membership(staticName);
    join(7, P0);
    assertThat(member.leave()).containsExactly(new Leave(member.member(), !staticName.isEmpty()));
    assertThat(push(assignment(8, List.of(P0, P1), List.of()))).isEmpty();
    assertThat(member.dueNanos()).isEqualTo(Membership.NEVER);
  }

  @Test
  void withoutAConnectionItCannotLeave() {
    join(7, P0);
    member.disconnected();
    assertThat(member.leave()).isEmpty();
  }

  @Test
  void itIsSureForASessionAfterTheLastAnswer() {
    join(7, P0);
    assertThat(member.sureUntilNanos()).isEqualTo(now + 30 * SECOND);
    long sent = now + 20 * SECOND;
    member.answered("m1", assignment(7, List.of(P0), List.of()), sent, sent + 9 * SECOND);
    assertThat(member.sureUntilNanos()).isEqualTo(sent + 30 * SECOND);
  }

  @Test
  void anAnswerThatComesAfterALaterOneTakesNothingBack() {
    join(7, P0);
    long sent = now + 20 * SECOND;
    member.answered("m1", assignment(8, List.of(P0, P1), List.of()), sent, sent);
    List<MemberAction> late =
        member.answered("m1", assignment(7, List.of(P0), List.of()), sent - SECOND, sent + SECOND);
    assertThat(late).isEmpty();
    assertThat(member.epoch()).isEqualTo(8);
    assertThat(member.sureUntilNanos()).isEqualTo(sent + 30 * SECOND);
  }

  @Test
  void anAnswerThatComesTwiceReleasesAndGainsOnce() {
    join(7, P0);
    GroupAssignment next = assignment(8, List.of(P1), List.of(P0));
    assertThat(answer(next))
        .containsExactly(
            new MemberAction.Release(List.of(P0)), new MemberAction.Gained(List.of(P1)));
    assertThat(answer(next)).isEmpty();
    member.dropped(P0, now);
    assertThat(answer(next)).isEmpty();
  }

  @Test
  void anAnswerToTheMemberThatItWasBeforeIsIgnored() {
    join(7, P0);
    member.refused("m1", refusal(ErrorCode.UNKNOWN_MEMBER), now);
    assertThat(answer(assignment(8, List.of(P0), List.of()))).isEmpty();
    member.rejoin(now);
    assertThat(member.answered("m1", assignment(9, List.of(P0), List.of()), now, now)).isEmpty();
    assertThat(member.isMember()).isFalse();
  }

  @Test
  void aShortIntervalIsNotShorterThanTenMilliseconds() {
    member.connected(now);
    answer(new GroupAssignment(1, GroupMemberState.STABLE, List.of(), List.of(), List.of(), 1, 0));
    assertThat(member.dueNanos()).isEqualTo(now + 10_000_000);
  }

  @Test
  void manyPartitionsComeAndGoOneByOne() {
    join(1);
    List<TopicPartition> all =
        IntStream.range(0, 100).mapToObj(i -> new TopicPartition(TOPIC, i)).toList();
    for (int i = 0; i < all.size(); i++) {
      assertThat(push(assignment(2 + i, all.subList(0, i + 1), List.of())))
          .containsExactly(new Gained(List.of(all.get(i))));
    }
    assertThat(push(assignment(500, List.of(), all))).containsExactly(new Release(all));
    for (int i = 0; i < all.size(); i++) {
      assertThat(member.dropped(all.get(i), now))
          .containsExactly(new Beat("m1", 500, all.subList(i + 1, all.size())));
    }
  }
}
