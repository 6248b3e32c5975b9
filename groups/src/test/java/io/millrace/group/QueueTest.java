package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.DyingEvent;
import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueFate;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.QueueWindow;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QueueTest {

  private static final long SECOND = TestGroups.SECOND;
  private static final ConsumerSession A = new ConsumerSession(new UUID(1, 1), 1);
  private static final ConsumerSession B = new ConsumerSession(new UUID(2, 2), 2);

  private final TestGroups groups = TestGroups.withTopic("orders", 2);
  private final PartitionId first = groups.partition("orders", 0);
  private final Map<PartitionId, QueueNews> news = new HashMap<>();
  private final List<DyingEvent> dying = new ArrayList<>();

  private static QueueWish wish(int attempts, DeadLetterRule rule, QueueOrder ordering) {
    return new QueueWish(
        OptionalLong.empty(),
        OptionalInt.of(attempts),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(rule),
        Optional.of(ordering));
  }

  private Reply open(ConsumerSession session, QueueWish wish) {
    return open(session, Command.OpenQueue.KEEP_ALL, wish);
  }

  private Reply open(ConsumerSession session, long lastLock, QueueWish wish) {
    UUID topic = first.topicId();
    return groups.send(
        new Command.OpenQueue("q", session, topic, "client", "host", lastLock, wish));
  }

  private void open(ConsumerSession session) {
    assertThat(open(session, QueueWish.NONE)).isInstanceOf(Reply.QueueOpened.class);
  }

  /** Events from an offset on; the key of each is its offset modulo a number. */
  private Reply feed(long from, int count, int keys) {
    List<QueueCandidate> candidates = new ArrayList<>();
    for (long offset = from; offset < from + count; offset++) {
      candidates.add(new QueueCandidate(offset, keys == 0 ? 0 : 1 + offset % keys, 10));
    }
    return groups.send(new Command.Feed("q", first, from, from + count, candidates));
  }

  private Reply.Taken take(ConsumerSession session, int events) {
    return (Reply.Taken) groups.send(new Command.Take("q", session, first, events, 1_000_000));
  }

  private static List<Long> offsets(Reply.Taken taken) {
    return taken.events().stream().map(TakenEvent::offset).toList();
  }

  private Reply.SettleOutcome settle(
      ConsumerSession session,
      long lock,
      long from,
      long to,
      QueueOutcome outcome,
      boolean failed) {
    EventSettlement settlement =
        new EventSettlement(
            first, lock, from, to, outcome, EventSettlement.BACK_OFF, failed, "too bad");
    Reply reply = groups.send(new Command.Settle("q", session, -1, List.of(settlement)));
    return ((Reply.Settled) reply).outcomes().get(0);
  }

  private ErrorCode accept(ConsumerSession session, Reply.Taken taken) {
    List<Long> offsets = offsets(taken);
    long last = offsets.get(offsets.size() - 1);
    return settle(session, taken.lock(), offsets.get(0), last, QueueOutcome.ACCEPT, false).error();
  }

  private void look() {
    groups.machine.queueNews(
        each -> {
          news.put(each.partition(), each);
          dying.addAll(each.dying());
        });
  }

  private Reply.QueuePartitionView view() {
    return groups.machine.queuePartition("q", first).orElseThrow();
  }

  private Reply.QueueDescription describe() {
    return (Reply.QueueDescription) groups.send(new Command.Describe("q"));
  }

  @Test
  void aConsumerThatContinuesGivesBackTheLocksThatItDoesNotKnow() {
    open(A);
    open(B);
    feed(0, 6, 0);
    Reply.Taken known = take(A, 2);
    Reply.Taken ofOther = take(B, 2);
    Reply.Taken unknown = take(A, 2);
    groups.send(new Command.QueueAway("q", A));
    ConsumerSession again = new ConsumerSession(A.id(), 3);
    Reply reply = open(again, known.lock(), QueueWish.NONE);
    assertThat(((Reply.QueueOpened) reply).continued()).isTrue();
    Reply.Taken taken = take(B, 10);
    assertThat(offsets(taken)).isEqualTo(offsets(unknown));
    assertThat(taken.events()).allMatch(event -> event.attempts() == 0);
    assertThat(accept(again, known)).isEqualTo(ErrorCode.NONE);
    assertThat(accept(again, unknown)).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(accept(B, ofOther)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void consumersShareTheEventsOfAPartition() {
    open(A);
    open(B);
    feed(0, 10, 0);

    Reply.Taken ofA = take(A, 4);
    Reply.Taken ofB = take(B, 4);

    assertThat(offsets(ofA)).containsExactly(0L, 1L, 2L, 3L);
    assertThat(offsets(ofB)).containsExactly(4L, 5L, 6L, 7L);
    assertThat(accept(B, ofB)).isEqualTo(ErrorCode.NONE);
    assertThat(view().start()).isZero();
    assertThat(accept(A, ofA)).isEqualTo(ErrorCode.NONE);
    assertThat(view().start()).isEqualTo(8);
  }

  @Test
  void aRepeatedAcceptIsHarmlessAndThatOfAnotherConsumerIsRefused() {
    open(A);
    open(B);
    feed(0, 3, 0);
    Reply.Taken taken = take(A, 3);

    assertThat(accept(B, taken)).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(accept(A, taken)).isEqualTo(ErrorCode.NONE);
    assertThat(accept(A, taken)).isEqualTo(ErrorCode.NONE);
    assertThat(groups.last.records()).isEmpty();
  }

  @Test
  void aLostEventIsNamedAndTheOthersOfTheRangeAreSettled() {
    open(A);
    feed(0, 4, 0);
    Reply.Taken taken = take(A, 4);
    settle(A, taken.lock(), 1, 1, QueueOutcome.RELEASE, false);

    Reply.SettleOutcome outcome = settle(A, taken.lock(), 0, 3, QueueOutcome.ACCEPT, false);

    assertThat(outcome.error()).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(outcome.lostOffset()).isEqualTo(1);
    assertThat(outcome.message()).contains("event 1 of orders-0");
    assertThat(offsets(take(A, 9))).containsExactly(1L);
  }

  @Test
  void anEventThatFailsComesBackLaterAndLaterAndThenDies() {
    open(A, wish(3, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.NONE));
    feed(0, 1, 0);
    for (int attempt = 0; attempt < 3; attempt++) {
      Reply.Taken taken = take(A, 1);
      assertThat(taken.events()).containsExactly(new TakenEvent(0, attempt));
      settle(A, taken.lock(), 0, 0, QueueOutcome.RELEASE, true);
      assertThat(take(A, 1).events()).isEmpty();
      long backOff = SECOND << attempt;
      groups.pass(backOff - 1);
      assertThat(take(A, 1).events()).isEmpty();
      groups.pass(1);
    }
    look();

    assertThat(dying).containsExactly(new DyingEvent(0, 3, QueueFate.DEAD_ATTEMPTS, "too bad"));
    assertThat(view().dying()).isEqualTo(1);
    assertThat(view().start()).isZero();
    groups.send(new Command.DeadLettered("q", first, 0));
    assertThat(view().start()).isEqualTo(1);
    assertThat(view().deadLetters()).isEqualTo(1);
  }

  @Test
  void rejectedEventsAreDroppedIfNobodyWantsDeadLetters() {
    open(A, wish(5, DeadLetterRule.DISCARD, QueueOrder.NONE));
    feed(0, 2, 0);

    settle(A, take(A, 2).lock(), 0, 1, QueueOutcome.REJECT, false);

    assertThat(view().start()).isEqualTo(2);
    assertThat(view().deadLetters()).isEqualTo(2);
    look();
    assertThat(dying).isEmpty();
  }

  @Test
  void aLockEndsAfterItsTimeUnlessItIsRenewed() {
    open(A);
    open(B);
    feed(0, 2, 0);
    Reply.Taken taken = take(A, 2);
    groups.pass(20 * SECOND);
    settle(A, taken.lock(), 1, 1, QueueOutcome.RENEW, false);

    groups.pass(11 * SECOND);

    assertThat(offsets(take(B, 9))).containsExactly(0L);
    groups.pass(20 * SECOND);
    assertThat(take(B, 9).events()).containsExactly(new TakenEvent(1, 1));
  }

  /** Its consumer does not know the new one. */
  @Test
  void aRenewalHasTheLockTimeOfTheTake() {
    open(A);
    feed(0, 1, 0);
    Reply.Taken taken = take(A, 1);
    open(
        B,
        new QueueWish(
            OptionalLong.of(SECOND),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty()));
    settle(A, taken.lock(), 0, 0, QueueOutcome.RENEW, false);

    groups.pass(29 * SECOND);

    assertThat(view().locked()).isEqualTo(1);
    assertThat(view().attempts()).isZero();
  }

  @Test
  void aConsumerThatComesBackKeepsItsLocks() {
    open(A);
    feed(0, 1, 0);
    Reply.Taken taken = take(A, 1);
    groups.send(new Command.QueueAway("q", A));
    groups.pass(GroupLimits.AWAY_MICROS - 1);
    ConsumerSession again = new ConsumerSession(A.id(), 9);

    assertThat(open(again, QueueWish.NONE))
        .isEqualTo(new Reply.QueueOpened(true, QueueRules.DEFAULT));

    groups.send(new Command.QueueAway("q", A));
    groups.pass(GroupLimits.AWAY_MICROS);
    assertThat(describe().consumers()).hasSize(1);
    assertThat(TestGroups.errorOf(groups.send(new Command.Take("q", A, first, 1, 1))))
        .isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    assertThat(accept(again, taken)).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aConsumerThatDoesNotComeBackHasFailed() {
    open(A);
    open(B);
    feed(0, 2, 0);
    take(A, 2);
    groups.send(new Command.QueueAway("q", A));

    groups.pass(GroupLimits.AWAY_MICROS + SECOND);

    assertThat(take(B, 2).events()).containsExactly(new TakenEvent(0, 1), new TakenEvent(1, 1));
  }

  @Test
  void aConsumerThatClosesGivesItsEventsBackAtOnce() {
    open(A);
    open(B);
    feed(0, 1, 0);
    take(A, 1);

    groups.send(new Command.CloseQueue("q", A));

    assertThat(groups.last.records()).isEmpty();
    assertThat(take(B, 1).events()).containsExactly(new TakenEvent(0, 0));
  }

  @Test
  void oneEventOfAKeyIsInFlight() {
    open(A, wish(5, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.KEY));
    feed(0, 6, 2);
    Reply.Taken taken = take(A, 6);

    assertThat(offsets(taken)).containsExactly(0L, 1L);
    assertThat(view().blocked()).isEqualTo(4);
    settle(A, taken.lock(), 0, 0, QueueOutcome.RELEASE, true);
    assertThat(take(A, 6).events()).isEmpty();
    settle(A, taken.lock(), 1, 1, QueueOutcome.ACCEPT, false);
    assertThat(offsets(take(A, 6))).containsExactly(3L);
  }

  @Test
  void anotherOrderingIsRefusedWhileOthersConsume() {
    open(A);
    open(B);

    Reply reply = open(A, wish(5, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.KEY));

    assertThat(TestGroups.errorOf(reply)).isEqualTo(ErrorCode.INCONSISTENT_GROUP);
    assertThat(TestGroups.messageOf(reply)).contains("1 other consumers");
  }

  @Test
  void tooManyFailuresSlowTheQueueDown() {
    open(A, wish(1_000, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.NONE));
    feed(0, 100, 0);
    Reply.Taken taken = take(A, 19);
    settle(A, taken.lock(), 0, 18, QueueOutcome.RELEASE, true);
    assertThat(view().failing()).isFalse();
    settle(A, take(A, 1).lock(), 19, 19, QueueOutcome.RELEASE, true);

    assertThat(view().failing()).isTrue();
    look();
    assertThat(news.get(first).available()).isFalse();
    assertThat(take(A, 9).events()).isEmpty();
    groups.pass(60 * SECOND - 1);
    assertThat(take(A, 9).events()).isEmpty();
    groups.pass(1);
    look();
    assertThat(news.get(first).available()).isTrue();
    for (int i = 0; i < 10; i++) {
      Reply.Taken probe = take(A, 9);
      assertThat(probe.events()).as("probe %d", i).hasSize(1);
      assertThat(take(A, 9).events()).isEmpty();
      assertThat(view().failing()).isTrue();
      accept(A, probe);
    }
    assertThat(view().failing()).isFalse();
    assertThat(take(A, 9).events()).hasSize(9);
  }

  @Test
  void aFailedProbeWaitsForTheNextInterval() {
    open(A, wish(1_000, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.NONE));
    feed(0, 100, 0);
    settle(A, take(A, 20).lock(), 0, 19, QueueOutcome.RELEASE, true);
    groups.pass(60 * SECOND);
    Reply.Taken probe = take(A, 1);
    settle(A, probe.lock(), 0, 99, QueueOutcome.RELEASE, true);
    groups.pass(59 * SECOND);
    assertThat(take(A, 1).events()).isEmpty();
    groups.pass(SECOND);
    assertThat(take(A, 9).events()).hasSize(1);
  }

  @Test
  void theKindsOfGroupsDoNotMix() {
    groups.join("m", "orders");
    UUID topic = first.topicId();
    Reply onMembers =
        groups.send(
            new Command.OpenQueue(
                "g", A, topic, "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE));
    open(A);
    List<Reply> onQueue =
        List.of(
            groups.send(
                new Command.Join(
                    "q",
                    "m",
                    TestGroups.settings(""),
                    MemberSubscription.of("orders"),
                    Optional.empty())),
            groups.send(
                new Command.Beat(
                    "q", "m", 1, java.util.Set.of(), Optional.empty(), Optional.empty(), "")),
            groups.send(
                new Command.Commit(
                    "q",
                    "",
                    Command.Commit.NO_MEMBER_EPOCH,
                    List.of(new Command.Position(first, 1, -1, "")))),
            groups.send(new Command.FetchOffsets("q", List.of())),
            groups.send(new Command.Configure("q", 1)));

    assertThat(TestGroups.errorOf(onMembers)).isEqualTo(ErrorCode.INCONSISTENT_GROUP);
    assertThat(onQueue)
        .allMatch(reply -> TestGroups.errorOf(reply) == ErrorCode.INCONSISTENT_GROUP);
    assertThat(TestGroups.messageOf(groups.send(new Command.Take("g", A, first, 1, 1))))
        .contains("is not a queue");
  }

  @Test
  void aQueueWithConsumersIsNeitherDeletedNorReset() {
    open(A);
    feed(0, 3, 0);
    accept(A, take(A, 2));
    Command reset = new Command.Reset("q", List.of(new Command.NewOffset(first, 1)), false);

    assertThat(TestGroups.errorOf(groups.send(reset))).isEqualTo(ErrorCode.GROUP_NOT_EMPTY);
    assertThat(TestGroups.errorOf(groups.send(new Command.Delete("q"))))
        .isEqualTo(ErrorCode.GROUP_NOT_EMPTY);

    groups.send(new Command.CloseQueue("q", A));
    assertThat(groups.send(reset)).isInstanceOf(Reply.Committed.class);
    open(B);
    assertThat(view().next()).isEqualTo(1);
    groups.send(new Command.CloseQueue("q", B));
    assertThat(groups.send(new Command.Delete("q"))).isEqualTo(new Reply.Done());
    assertThat(TestGroups.errorOf(groups.send(new Command.Describe("q"))))
        .isEqualTo(ErrorCode.UNKNOWN_GROUP);
  }

  @Test
  void dyingEventsOutliveTheirConsumers() {
    open(A);
    feed(0, 1, 0);
    settle(A, take(A, 1).lock(), 0, 0, QueueOutcome.REJECT, false);
    groups.send(new Command.CloseQueue("q", A));
    look();

    assertThat(news.get(first).want()).isEmpty();
    assertThat(dying).hasSize(1);
    groups.send(new Command.DeadLettered("q", first, 0));
    assertThat(view().start()).isEqualTo(1);
    look();
    assertThat(groups.machine.queuePartition("q", first))
        .hasValueSatisfying(view -> assertThat(view.next()).isEqualTo(1));
  }

  @Test
  void aQueueWhoseFirstConsumerLeavesBeforeItAcceptsKnowsItsTopic() {
    open(A);
    feed(0, 5, 0);
    take(A, 2);
    groups.send(new Command.CloseQueue("q", A));

    assertThat(describe().partitions())
        .containsExactly(
            new Reply.QueuePartitionView(first, 0, 0, 0, 0, 0, 0, 0, 0, 0, false),
            new Reply.QueuePartitionView(
                groups.partition("orders", 1), 0, 0, 0, 0, 0, 0, 0, 0, 0, false));
  }

  @Test
  void withoutConsumersTheNumbersAreThoseOfTheLog() {
    open(A, wish(2, DeadLetterRule.DISCARD, QueueOrder.NONE));
    feed(0, 10, 0);
    Reply.Taken taken = take(A, 7);
    settle(A, taken.lock(), 1, 1, QueueOutcome.ACCEPT, false);
    settle(A, taken.lock(), 3, 4, QueueOutcome.ACCEPT, false);
    settle(A, taken.lock(), 5, 5, QueueOutcome.RELEASE, true);
    settle(A, taken.lock(), 6, 6, QueueOutcome.REJECT, false);
    assertThat(view().deadLetters()).isEqualTo(1);
    groups.send(new Command.CloseQueue("q", A));

    Reply.QueuePartitionView stored =
        new Reply.QueuePartitionView(first, 0, 7, 2, 0, 1, 0, 0, 1, 1, false);
    assertThat(describe().partitions().get(0)).isEqualTo(stored);
    open(B);
    assertThat(view().deadLetters()).isEqualTo(1);
    groups.send(new Command.CloseQueue("q", B));
    groups.send(new Command.Reset("q", List.of(new Command.NewOffset(first, 3)), false));
    assertThat(describe().partitions().get(0))
        .isEqualTo(new Reply.QueuePartitionView(first, 3, 3, 0, 0, 0, 0, 0, 0, 0, false));
  }

  @Test
  void aTickDoesNotRemoveAQueueAndForgetsDeletedTopics() {
    open(A);
    feed(0, 2, 0);
    accept(A, take(A, 1));
    groups.topic("others", 1);
    assertThat(describe().partitions()).hasSize(2);

    groups.deleteTopic("orders");

    assertThat(describe().partitions()).isEmpty();
    look();
    assertThat(news.get(first).want()).isEmpty();
    assertThat(TestGroups.errorOf(groups.send(new Command.Take("q", A, first, 1, 1))))
        .isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(accept(A, new Reply.Taken(1, 0, List.of(new TakenEvent(0, 0)), 1, null)))
        .isEqualTo(ErrorCode.LOCK_LOST);
  }

  @Test
  void newPartitionsAreFedAndTaken() {
    open(A);
    groups.topic("orders", 3);
    look();

    assertThat(news.get(groups.partition("orders", 2)).want())
        .contains(new QueueWant(0, GroupLimits.QUEUE_EVENTS));
  }

  @Test
  void listAndDescriptionShowAQueue() {
    open(A);
    feed(0, 5, 0);
    take(A, 2);
    groups.pass(SECOND);

    Reply.Summary summary = ((Reply.Groups) groups.send(new Command.ListGroups())).groups().get(0);
    Reply.QueueConsumerView consumer = describe().consumers().get(0);

    assertThat(summary.kind()).isEqualTo(GroupType.SHARED);
    assertThat(summary.members()).isEqualTo(1);
    assertThat(consumer)
        .isEqualTo(
            new Reply.QueueConsumerView(
                A, first.topicId(), "client", "host", 2, SECOND, SECOND, false));
    assertThat(describe().partitions().get(0))
        .isEqualTo(new Reply.QueuePartitionView(first, 0, 5, 3, 2, 0, 0, 0, 0, 0, false));
  }

  @Test
  void aFeedTakesWhatFitsIntoTheMemory() {
    TestGroups small = new TestGroups(new GroupLimits(10, 10, 10_000));
    small.topic("orders", 1);
    PartitionId partition = small.partition("orders", 0);
    small.send(
        new Command.OpenQueue(
            "q", A, partition.topicId(), "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE));
    List<QueueCandidate> candidates = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      candidates.add(new QueueCandidate(i, 0, 1));
    }

    small.send(new Command.Feed("q", partition, 0, 50, candidates));

    long next = small.machine.queuePartition("q", partition).orElseThrow().next();
    assertThat(next).isBetween(1L, 30L);
    assertThat(small.machine.bytes()).isBetween(10_000 - QueueWindow.EVENT_BYTES, 10_000L);
    List<QueueCandidate> rest = candidates.subList((int) next, 50);
    small.send(new Command.Feed("q", partition, next, 50, rest));
    assertThat(small.machine.queuePartition("q", partition).orElseThrow().next()).isEqualTo(next);
  }

  /** What frees memory needs none: not a take, not a settlement, not the first events. */
  @Test
  void aQueueGoesOnWithoutAnyMemory() {
    open(A);
    feed(0, 50, 0);
    groups.machine.limits(new GroupLimits(10, 10, -1_000));
    for (int i = 0; i < 50; i++) {
      long before = groups.machine.bytes();
      Reply.Taken taken = take(A, 1);
      assertThat(taken.events()).as("take %d", i).hasSize(1);
      assertThat(groups.machine.bytes()).as("take %d", i).isLessThanOrEqualTo(before);
      assertThat(accept(A, taken)).isEqualTo(ErrorCode.NONE);
    }
    for (int next = 50; next < 90; next += QueueWindow.MIN_EVENTS) {
      feed(next, next + 10, 0);
      assertThat(describe().partitions().get(0).next()).isEqualTo(next + QueueWindow.MIN_EVENTS);
      assertThat(accept(A, take(A, 10))).isEqualTo(ErrorCode.NONE);
    }
    Command.OpenQueue other =
        new Command.OpenQueue(
            "q2", B, first.topicId(), "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE);
    assertThat(TestGroups.messageOf(groups.send(other)))
        .contains("'q2' needs")
        .contains("have left 0 bytes");
  }

  @Test
  void queuesLeaveMemoryForNewQueuesAndForMembers() {
    TestGroups small = new TestGroups(new GroupLimits(10, 10, 100_000, 40_000));
    small.topic("orders", 5);
    PartitionId partition = small.partition("orders", 0);
    Command.OpenQueue first =
        new Command.OpenQueue(
            "q", A, partition.topicId(), "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE);
    small.send(first);
    List<QueueCandidate> candidates = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      candidates.add(new QueueCandidate(i, 0, 1));
    }
    small.send(new Command.Feed("q", partition, 0, 500, candidates));
    assertThat(small.machine.bytes()).isBetween(35_000L, 40_000L);
    assertThat(TestGroups.errorOf(small.send(opened("q2", A, first)))).isEqualTo(ErrorCode.NONE);
    Reply third = small.send(opened("q3", A, first));
    assertThat(TestGroups.errorOf(third)).isEqualTo(ErrorCode.LIMIT_REACHED);
    Reply again = small.send(opened("q", B, first));
    assertThat(TestGroups.errorOf(again)).as("no new windows").isEqualTo(ErrorCode.NONE);
  }

  private static Command.OpenQueue opened(
      String group, ConsumerSession session, Command.OpenQueue as) {
    return new Command.OpenQueue(
        group, session, as.topic(), "c", "h", Command.OpenQueue.KEEP_ALL, QueueWish.NONE);
  }

  /** The work of a request is bounded by what it settles. */
  @Test
  void aRequestThatNamesTheSameEventsAgainAndAgainIsRefused() {
    open(A);
    feed(0, 10_000, 0);
    Reply.Taken taken = take(A, 10_000);
    assertThat(taken.events()).hasSize(10_000);
    EventSettlement all = of(taken, QueueOutcome.RENEW);
    Reply often = groups.send(new Command.Settle("q", A, 1, Collections.nCopies(10_000, all)));
    assertThat(TestGroups.errorOf(often)).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(TestGroups.messageOf(often)).contains("nothing is settled");
    assertThat(view().locked()).isEqualTo(10_000);

    List<EventSettlement> twice = List.of(all, of(taken, QueueOutcome.ACCEPT));
    Reply.Settled settled = (Reply.Settled) groups.send(new Command.Settle("q", A, 1, twice));
    assertThat(settled.outcomes()).extracting(each -> each.error()).containsOnly(ErrorCode.NONE);
    assertThat(view().locked()).isZero();
  }

  private EventSettlement of(Reply.Taken taken, QueueOutcome outcome) {
    return new EventSettlement(
        first, taken.lock(), 0, 1L << 62, outcome, EventSettlement.BACK_OFF, false, "");
  }

  /** A consumer keeps one event of each lock, and gives the others back. */
  @Test
  void locksDoNotGrowWithoutALimit() {
    open(A);
    feed(0, 500, 0);
    long before = groups.machine.bytes();
    int takes = 0;
    for (Reply.Taken taken = take(A, 500); !taken.events().isEmpty(); taken = take(A, 500)) {
      long second = taken.events().get(1).offset();
      settle(A, taken.lock(), second, 499, QueueOutcome.RELEASE, false);
      takes++;
      assertThat(takes).isLessThan(10);
    }
    assertThat(groups.machine.bytes()).isLessThan(5 * before);
  }

  @Test
  void requestsOutOfRangeAreRefused() {
    open(A);
    QueueWish hasty =
        new QueueWish(
            OptionalLong.of(1),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    assertThat(TestGroups.messageOf(open(A, hasty))).contains("lock time is 1 microseconds");
    assertThat(TestGroups.errorOf(open(A, wish(1_001, DeadLetterRule.DISCARD, QueueOrder.NONE))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(TestGroups.errorOf(groups.send(new Command.Take("q", A, first, 0, 1))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(settle(A, 1, 5, 4, QueueOutcome.ACCEPT, false).error())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(settle(A, 1, 4, 4, QueueOutcome.ACCEPT, true).error())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    List<QueueCandidate> disordered =
        List.of(new QueueCandidate(2, 0, 1), new QueueCandidate(1, 0, 1));
    assertThat(TestGroups.errorOf(groups.send(new Command.Feed("q", first, 0, 9, disordered))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void aLargeProgressIsDividedOverRecords() {
    open(A);
    feed(0, 5_000, 0);
    Reply.Taken taken = take(A, 5_000);
    List<EventSettlement> everySecond = new ArrayList<>();
    for (long offset = 1; offset < 5_000; offset += 2) {
      everySecond.add(
          new EventSettlement(
              first, taken.lock(), offset, offset, QueueOutcome.ACCEPT, -1, false, ""));
    }

    groups.send(new Command.Settle("q", A, -1, everySecond));

    assertThat(groups.last.records()).hasSize(3);
    List<GroupRecord> snapshot = NaiveGroups.snapshotOf(groups.machine);
    assertThat(groups.machine.snapshotRecords()).isEqualTo(snapshot.size());
    for (List<GroupRecord> records : List.of(groups.log, snapshot)) {
      GroupMachine again = new GroupMachine(GroupLimits.DEFAULT);
      records.forEach(again::apply);
      assertThat(NaiveGroups.snapshotOf(again)).isEqualTo(snapshot);
    }
    assertThat(snapshot)
        .allMatch(record -> GroupRecordCodec.encode(record).value().length < 30_000);
  }
}
