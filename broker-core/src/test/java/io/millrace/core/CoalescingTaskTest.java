package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CoalescingTaskTest {

  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final AtomicInteger runs = new AtomicInteger();
  private final CoalescingTask task = new CoalescingTask(runs::incrementAndGet, pool::add);

  private void runAll() {
    while (!pool.isEmpty()) {
      pool.poll().run();
    }
  }

  @Test
  void requestsBeforeARunShareIt() {
    task.request();
    task.request();
    task.request();
    assertThat(pool).hasSize(1);
    runAll();
    assertThat(runs).hasValue(1);
  }

  @Test
  void requestsDuringARunShareOneMore() {
    CoalescingTask[] self = new CoalescingTask[1];
    self[0] =
        new CoalescingTask(
            () -> {
              if (runs.incrementAndGet() == 1) {
                self[0].request();
                self[0].request();
              }
            },
            pool::add);
    self[0].request();
    runAll();
    assertThat(runs).hasValue(2);
  }

  @Test
  void stoppingAnIdleTaskIsDoneAtOnce() {
    assertThat(task.stop()).isCompleted();
    task.request();
    assertThat(pool).isEmpty();
  }

  @Test
  void stoppingWaitsForWhatWasRequestedBefore() {
    task.request();
    CompletableFuture<Void> stopped = task.stop();
    assertThat(stopped).isNotCompleted();
    runAll();
    assertThat(stopped).isCompleted();
    assertThat(runs).hasValue(1);
  }

  @Test
  void stoppingDuringARunWaitsForTheRunsStillOwed() {
    CoalescingTask[] self = new CoalescingTask[1];
    self[0] =
        new CoalescingTask(
            () -> {
              if (runs.incrementAndGet() == 1) {
                self[0].request();
                assertThat(self[0].stop()).isNotCompleted();
              }
            },
            pool::add);
    self[0].request();
    runAll();
    assertThat(runs).hasValue(2);
  }

  @Test
  void anErrorInARunEndsNeitherTheTaskNorTheWaitForItsEnd() {
    CoalescingTask failing =
        new CoalescingTask(
            () -> {
              if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError("says the test");
              }
            },
            pool::add);
    failing.request();
    assertThatThrownBy(this::runAll).isInstanceOf(StackOverflowError.class);
    failing.request();
    CompletableFuture<Void> stopped = failing.stop();
    runAll();
    assertThat(runs).hasValue(2);
    assertThat(stopped).isCompleted();
  }

  /** With many threads, a run follows every request and sees the writes before the request. */
  @Test
  void noRequestIsLostAndRunsNeverOverlap() throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(2);
    AtomicLong written = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    CoalescingTask shared =
        new CoalescingTask(
            () -> {
              overlaps.addAndGet(running.getAndIncrement());
              seen.set(written.get());
              running.decrementAndGet();
            },
            workers);
    int threads = 4;
    CountDownLatch done = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      new Thread(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  written.incrementAndGet();
                  shared.request();
                }
                done.countDown();
              })
          .start();
    }
    Await.zero(done);
    Await.result(shared.stop());
    workers.shutdown();
    assertThat(workers.awaitTermination(Await.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(overlaps).hasValue(0);
    assertThat(seen).hasValue(80_000);
  }
}
