package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.queue.QueueOutcome;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settlements that no honest client sends change nothing that is not the sender's. */
class HostileSettlesTest {

  private static final int EVENTS = 200;
  private static final ConsumerSession A = new ConsumerSession(new UUID(1, 1), 7);
  private static final ConsumerSession B = new ConsumerSession(new UUID(2, 2), 8);

  private final TestGroups groups = TestGroups.withTopic("orders", 1);
  private final PartitionId orders = groups.partition("orders", 0);
  private long lockOfA;
  private long lockOfB;

  /** A has the events 0 to 99, and B 100 to 199. */
  @BeforeEach
  void take() {
    for (ConsumerSession session : List.of(A, B)) {
      groups.openQueue("q", session, orders);
    }
    groups.feed("q", orders, EVENTS);
    lockOfA = take(A);
    lockOfB = take(B);
  }

  private long take(ConsumerSession session) {
    Reply taken = groups.send(new Command.Take("q", session, orders, EVENTS / 2, 1 << 20));
    return ((Reply.Taken) taken).lock();
  }

  private EventSettlement settlement(long lock, long from, long to, QueueOutcome outcome) {
    return new EventSettlement(
        orders, lock, from, to, outcome, EventSettlement.BACK_OFF, false, "");
  }

  private EventSettlement accept(long lock, long from, long to) {
    return settlement(lock, from, to, QueueOutcome.ACCEPT);
  }

  private Reply send(ConsumerSession session, long number, List<EventSettlement> settlements) {
    return groups.send(new Command.Settle("q", session, number, settlements));
  }

  private List<ErrorCode> settle(ConsumerSession session, EventSettlement... settlements) {
    return codes(send(session, Command.Settle.NO_NUMBER, List.of(settlements)));
  }

  private static List<ErrorCode> codes(Reply reply) {
    return ((Reply.Settled) reply).outcomes().stream().map(Reply.SettleOutcome::error).toList();
  }

  private Reply.QueuePartitionView view() {
    return groups.machine.queuePartition("q", orders).orElseThrow();
  }

  @Test
  void rangesInAnyOrderThatOverlapAreSettledOnce() {
    assertThat(
            settle(
                A,
                accept(lockOfA, 50, 60),
                accept(lockOfA, 0, 10),
                accept(lockOfA, 5, 15),
                accept(lockOfA, 0, 10)))
        .containsOnly(ErrorCode.NONE);
    assertThat(view().start()).isEqualTo(16);
    assertThat(view().locked()).isEqualTo(EVENTS - 16 - 11);
  }

  @Test
  void theLockOfAnotherConsumerAndForgedLocksSettleNothing() {
    List<EventSettlement> forged = new ArrayList<>();
    for (long lock : new long[] {lockOfB, 0, -1, lockOfB + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      for (QueueOutcome outcome : QueueOutcome.values()) {
        forged.add(settlement(lock, 100, 199, outcome));
      }
    }
    assertThat(codes(send(A, Command.Settle.NO_NUMBER, forged))).containsOnly(ErrorCode.LOCK_LOST);
    assertThat(view().locked()).isEqualTo(EVENTS);
    assertThat(settle(B, accept(lockOfB, 100, 199))).containsExactly(ErrorCode.NONE);
  }

  @Test
  void aHugeRangeSettlesOnlyWhatTheLockHas() {
    settle(A, accept(lockOfA, 0, Long.MAX_VALUE));
    assertThat(view().start()).isEqualTo(EVENTS / 2);
    assertThat(view().locked()).isEqualTo(EVENTS / 2);
  }

  @Test
  void rangesThatAreNoneAreRefusedOneByOne() {
    assertThat(
            settle(
                A,
                accept(lockOfA, 10, 9),
                accept(lockOfA, -5, 3),
                accept(lockOfA, 0, 3),
                accept(lockOfA, Long.MAX_VALUE, Long.MIN_VALUE)))
        .containsExactly(
            ErrorCode.INVALID_REQUEST,
            ErrorCode.INVALID_REQUEST,
            ErrorCode.NONE,
            ErrorCode.INVALID_REQUEST);
    assertThat(view().start()).isEqualTo(4);
  }

  @Test
  void anEarlierConnectionAndAnUnknownConsumerAreRefused() {
    List<EventSettlement> all = List.of(accept(lockOfA, 0, 99));
    for (ConsumerSession session :
        List.of(
            new ConsumerSession(A.id(), 6),
            new ConsumerSession(A.id(), 9),
            new ConsumerSession(new UUID(3, 3), 7))) {
      assertThat(TestGroups.errorOf(send(session, 1, all))).isEqualTo(ErrorCode.UNKNOWN_MEMBER);
    }
    assertThat(view().locked()).isEqualTo(EVENTS);
  }

  @Test
  void aNumberStandsForOneRequest() {
    List<EventSettlement> some = List.of(accept(lockOfA, 0, 9), accept(lockOfA, 150, 151));
    List<ErrorCode> first = codes(send(A, 5, some));
    assertThat(first).containsExactly(ErrorCode.NONE, ErrorCode.LOCK_LOST);
    assertThat(codes(send(A, 5, some))).isEqualTo(first);
    assertThat(TestGroups.errorOf(send(A, 5, List.of(accept(lockOfA, 10, 20)))))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(view().start()).isEqualTo(10);
  }

  @Test
  void tooManySettlementsAreRefusedAsAWhole() {
    List<EventSettlement> many =
        Collections.nCopies(GroupLimits.SETTLEMENTS + 1, accept(lockOfA, 0, 99));
    assertThat(TestGroups.errorOf(send(A, 1, many))).isEqualTo(ErrorCode.LIMIT_REACHED);
    // As many as are allowed, which name all events each time: the work has a bound.
    List<EventSettlement> allowed = many.subList(0, GroupLimits.SETTLEMENTS);
    assertThat(TestGroups.errorOf(send(A, 2, allowed))).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(view().locked()).isEqualTo(EVENTS);
  }

  @Test
  void whateverAnotherConsumerSendsTheLockStays() {
    for (long seed = 1; seed <= 1_000; seed++) {
      Random random = new Random(seed);
      List<EventSettlement> batch = new ArrayList<>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        boolean near = random.nextBoolean();
        long lock = near ? lockOfB + random.nextInt(5) - 2 : random.nextLong();
        long from = near ? random.nextInt(EVENTS) : random.nextLong();
        long to = near ? from + random.nextInt(EVENTS) : random.nextLong();
        PartitionId partition =
            random.nextInt(10) == 0 ? new PartitionId(new UUID(9, 9), random.nextInt()) : orders;
        QueueOutcome outcome = QueueOutcome.values()[random.nextInt(QueueOutcome.values().length)];
        batch.add(
            new EventSettlement(
                partition,
                lock == lockOfA ? lockOfB : lock,
                from,
                to,
                outcome,
                random.nextBoolean() ? EventSettlement.BACK_OFF : random.nextLong(),
                random.nextBoolean(),
                random.nextBoolean() ? "" : "x".repeat(random.nextInt(2_000))));
      }
      send(A, random.nextBoolean() ? Command.Settle.NO_NUMBER : random.nextLong(), batch);
      assertThat(view().locked()).as("seed %d, %s", seed, batch).isEqualTo(EVENTS);
    }
    assertThat(settle(A, accept(lockOfA, 0, 99))).containsExactly(ErrorCode.NONE);
    assertThat(settle(B, accept(lockOfB, 100, 199))).containsExactly(ErrorCode.NONE);
    assertThat(view().start()).isEqualTo(EVENTS);
    assertThat(view().attempts()).isZero();
  }
}
