package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests are served in order on one thread, and no more than a limit wait for it. */
class ControlThreadTest {

  private final ControlThread thread = new ControlThread("millrace-test");
  private final CompletableFuture<Void> gate = new CompletableFuture<>();

  @AfterEach
  void end() {
    gate.complete(null);
    thread.stop();
    thread.awaitEnd(System.nanoTime() + TimeUnit.SECONDS.toNanos(Await.LIMIT_SECONDS));
  }

  @Test
  void requestsAreServedInTheirOrderOnTheNamedThread() {
    List<Integer> served = new ArrayList<>();
    CompletableFuture<Boolean> first = thread.run(() -> served.add(1));
    CompletableFuture<Boolean> second = thread.run(() -> served.add(2));
    assertThat(Await.result(thread.run(() -> Thread.currentThread().getName())))
        .isEqualTo("millrace-test");
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(served).containsExactly(1, 2);
  }

  @Test
  void oneFailedRequestDoesNotKeepTheNextFromBeingServed() {
    CompletableFuture<Object> failed =
        thread.run(
            () -> {
              throw new BrokerException(ErrorCode.UNKNOWN_TOPIC, "no");
            });
    assertRefused(ErrorCode.UNKNOWN_TOPIC, () -> Await.result(failed)).isEqualTo("no");
    assertThat(Await.result(thread.run(() -> 1))).isEqualTo(1);
  }

  @Test
  void oneMoreThanMayWaitIsRefusedAtOnce() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    thread.run(
        () -> {
          begun.complete(null);
          return gate.join();
        });
    Await.result(begun);
    List<CompletableFuture<Integer>> waiting = new ArrayList<>();
    for (int i = 0; i < ControlThread.MAX_WAITING; i++) {
      waiting.add(thread.run(() -> 1));
    }
    CompletableFuture<Integer> oneMore = thread.run(() -> 1);
    assertThat(oneMore).isDone();
    assertRefused(ErrorCode.TOO_MANY_IN_FLIGHT, () -> Await.result(oneMore))
        .contains("10000 requests wait", "millrace-test", "try again");
    gate.complete(null);
    assertThat(waiting).allMatch(each -> Await.result(each) == 1);
  }

  @Test
  void aStoppedThreadServesTheRequestsThatWaitAndRefusesNewOnes() {
    thread.run(gate::join);
    CompletableFuture<Integer> waiting = thread.run(() -> 1);
    thread.stop();
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> Await.result(thread.run(() -> 2)));
    gate.complete(null);
    assertThat(Await.result(waiting)).isEqualTo(1);
  }
}
