package io.millrace.client.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.MillraceException;
import io.millrace.client.QueuedEvent;
import io.millrace.client.internal.queue.Settling.Verdict;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Settlement;
import io.millrace.protocol.wire.SettlementOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SettlementsTest {

  private static final SettlementOutcome DONE = new SettlementOutcome(ErrorCode.NONE, "", -1);

  private final AtomicInteger wakes = new AtomicInteger();
  private final Settlements settlements = new Settlements(wakes::incrementAndGet);

  private static QueuedEvent event(long offset, long lock) {
    return new QueuedEvent(
        new ConsumedEvent("jobs", 0, offset, 0, 0, "s", null, null, List.of()), lock, 0, 0);
  }

  private CompletableFuture<Void> accept(long offset) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    settlements.add(event(offset, 7), Verdict.ACCEPT, done);
    return done;
  }

  private static List<Settlement> wire(SettleBatch sent) {
    return sent.toWire();
  }

  private static ErrorCode failureOf(CompletableFuture<Void> done) {
    assertThat(done).isCompletedExceptionally();
    try {
      done.join();
      return ErrorCode.NONE;
    } catch (CompletionException e) {
      return ((MillraceException) e.getCause()).code();
    }
  }

  @Test
  void followingEventsAreOneSettlement() {
    accept(1);
    accept(2);
    accept(4);
    settlements.add(event(5, 8), Verdict.ACCEPT, new CompletableFuture<>());
    settlements.add(event(6, 8), Verdict.failed("why"), new CompletableFuture<>());
    assertThat(wakes).as("one wake-up for all").hasValue(1);
    assertThat(wire(settlements.next()))
        .extracting(Settlement::firstOffset, Settlement::lastOffset)
        .containsExactly(tuple(1L, 2L), tuple(4L, 4L), tuple(5L, 5L), tuple(6L, 6L));
  }

  @Test
  void aLostLockFailsItsEventAndRepeatsThoseAfterIt() {
    List<CompletableFuture<Void>> done = new ArrayList<>();
    for (int offset = 1; offset <= 4; offset++) {
      done.add(accept(offset));
    }
    SettleBatch sent = settlements.next();
    settlements.answered(sent, List.of(new SettlementOutcome(ErrorCode.LOCK_LOST, "lost", 2)));
    assertThat(done.get(0)).isCompleted();
    assertThat(failureOf(done.get(1))).isEqualTo(ErrorCode.LOCK_LOST);
    SettleBatch repeated = settlements.next();
    assertThat(wire(repeated)).extracting(Settlement::firstOffset).containsExactly(3L, 4L);
    settlements.answered(repeated, List.of(DONE, DONE));
    assertThat(done.get(2)).isCompleted();
    assertThat(done.get(3)).isCompleted();
    assertThat(settlements.isIdle()).isTrue();
  }

  @Test
  void unansweredRequestsAreRepeatedAsTheyWereBeforeTheOthers() {
    accept(1);
    SettleBatch first = settlements.next();
    accept(2);
    SettleBatch second = settlements.next();
    accept(9);
    settlements.again(second);
    settlements.again(first);
    assertThat(settlements.isIdle()).isFalse();
    assertThat(settlements.next()).isEqualTo(first);
    assertThat(settlements.next()).isEqualTo(second);
    SettleBatch third = settlements.next();
    assertThat(wire(third)).extracting(Settlement::firstOffset).containsExactly(9L);
    assertThat(List.of(first.number(), second.number(), third.number()))
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void anUnansweredRequestFailsWithItsLocks() {
    CompletableFuture<Void> done = accept(1);
    settlements.again(settlements.next());
    settlements.fail(new MillraceException(ErrorCode.LOCK_LOST, "lost"));
    assertThat(failureOf(done)).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(settlements.isIdle()).isTrue();
  }

  @Test
  void nothingIsForgottenAtTheEnd() {
    CompletableFuture<Void> sent = accept(1);
    SettleBatch request = settlements.next();
    CompletableFuture<Void> waiting = accept(5);
    settlements.end(new MillraceException(ErrorCode.CLOSED, "closed"));
    CompletableFuture<Void> late = accept(6);
    settlements.again(request);
    for (CompletableFuture<Void> each : List.of(sent, waiting, late)) {
      assertThat(failureOf(each)).isEqualTo(ErrorCode.CLOSED);
    }
    assertThat(settlements.isIdle()).isTrue();
  }

  @Test
  void aWrongNumberOfOutcomesFailsTheRequest() {
    CompletableFuture<Void> done = accept(1);
    settlements.answered(settlements.next(), List.of());
    assertThat(failureOf(done)).isEqualTo(ErrorCode.MALFORMED_FRAME);
  }

  @Test
  void theRequestsOnTheirWayAreLimited() {
    int requests = 0;
    for (int offset = 0; offset < 40; offset += 2) {
      accept(offset);
      requests += settlements.next().isEmpty() ? 0 : 1;
    }
    assertThat(requests).isEqualTo(8);
    assertThat(settlements.isIdle()).isFalse();
  }
}
