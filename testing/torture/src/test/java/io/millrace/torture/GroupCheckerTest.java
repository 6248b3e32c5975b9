package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.torture.Anomaly.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checker accepts clean histories of one partition, and finds each kind of anomaly. */
class GroupCheckerTest {

  private static final int POLLS = 0;
  private static final int TWO_HANDLERS = 2;

  private final List<PositionSample> samples = new ArrayList<>();

  @Test
  void aMoveWithoutRepeatedEventsIsClean() {
    sampled(25, 2);
    assertThat(
            check(
                3,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "P 11 21 0 1 e1", "R 30 0", "C 31"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 2 e2", "C 60")))
        .isEmpty();
  }

  @Test
  void aKilledMemberAndOneThatWasSuspendedMayRepeatEvents() {
    sampled(25, 1);
    assertThat(
            check(
                3,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "P 11 22 0 1 e1", "L 100 0"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 1 e1"),
                member(POLLS, "A 60 m3 0", "P 61 70 0 1 e1", "P 61 71 0 2 e2", "C 90")))
        .isEmpty();
  }

  @Test
  void anEventThatNobodyProcessedIsFound() {
    assertThat(check(2, member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "C 30")))
        .containsExactly(Kind.NOT_PROCESSED);
  }

  @Test
  void aPositionPastAnEventThatIsProcessedLaterIsFound() {
    sampled(15, 1);
    assertThat(check(1, member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "C 30")))
        .containsExactly(Kind.POSITION_SKIPPED);
  }

  @Test
  void aPositionThatGoesBackIsFound() {
    sampled(25, 1);
    sampled(26, 0);
    assertThat(check(1, member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "C 30")))
        .containsExactly(Kind.POSITION_WENT_BACK);
  }

  @Test
  void aSkippedEventIsFound() {
    assertThat(
            check(
                3,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "P 11 21 0 2 e2", "R 30 0"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 1 e1", "C 60")))
        .containsExactly(Kind.MEMBER_SKIPPED);
  }

  @Test
  void aStartAfterAnEventThatNobodyProcessedYetIsFound() {
    assertThat(
            check(
                2,
                member(POLLS, "A 10 m1 0", "P 11 20 0 1 e1", "R 30 0"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 0 e0", "C 60")))
        .containsExactly(Kind.MEMBER_SKIPPED);
  }

  @Test
  void aCommittedEventThatIsHandedOutAgainIsFound() {
    sampled(25, 1);
    assertThat(
            check(
                1,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "R 30 0"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 0 e0", "C 60")))
        .containsExactly(Kind.MEMBER_REPEATED);
  }

  @Test
  void anEventOfAPartitionThatHasANewOwnerIsFound() {
    assertThat(
            check(
                2,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "P 45 46 0 1 e1", "L 100 0"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 1 e1", "C 60")))
        .containsExactly(Kind.TWO_OWNERS);
  }

  @Test
  void handlersThatWereAboutToBeCalledMayRun() {
    assertThat(
            check(
                2,
                member(TWO_HANDLERS, "A 10 m1 0", "P 20 20 0 0 e0", "L 44 0", "P 45 45 0 1 e1"),
                member(POLLS, "A 40 m2 0", "P 41 50 0 1 e1", "C 60")))
        .isEmpty();
  }

  @Test
  void aMemberThatStaysAMemberWhileAnotherGetsItsPartitionIsFound() {
    assertThat(
            check(
                1,
                member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "L 50 0", "A 60 m1 0", "R 70 0"),
                member(POLLS, "A 40 m2 0", "R 55 0")))
        .containsExactly(Kind.TWO_OWNERS);
  }

  @Test
  void anEventWithoutAPartitionIsFound() {
    assertThat(check(1, member(POLLS, "P 11 20 0 0 e0", "C 30"))).containsExactly(Kind.TWO_OWNERS);
  }

  @Test
  void anEventThatWasNotSentAndAFailureAreFound() {
    assertThat(
            check(1, member(POLLS, "A 10 m1 0", "P 11 20 0 0 e0", "P 11 20 0 1 e1", "F 30 broken")))
        .containsExactlyInAnyOrder(Kind.PHANTOM, Kind.UNAVAILABLE);
  }

  @Test
  void aLineWithoutAnEndIsLeftOut() {
    assertThat(MemberRecord.parseAll("C 1\nP 11 20 0 1"))
        .containsExactly(new MemberRecord.Closed(1));
  }

  private void sampled(long nanos, long position) {
    samples.add(new PositionSample(nanos, nanos, new long[] {position}));
  }

  private static MemberHistory member(int threads, String... lines) {
    return new MemberHistory(0, threads, MemberRecord.parseAll(String.join("\n", lines) + "\n"));
  }

  private Set<Kind> check(int events, MemberHistory... members) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      values.add("e" + i);
    }
    Anomalies anomalies = new Anomalies();
    new GroupChecker(List.of(values), samples, anomalies).check(List.of(members));
    return anomalies.counts().keySet();
  }
}
