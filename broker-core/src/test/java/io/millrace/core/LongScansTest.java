package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LongScansTest {

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final ReaderPool pool = new ReaderPool(threads);
  private final LongScans scans = new LongScans(pool, 1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger released = new AtomicInteger();

  @AfterEach
  void close() {
    pool.close();
  }

  /** A scan whose steps wait for the test. */
  private final class HeldScan implements Scan<String> {

    private final CountDownLatch gate = new CountDownLatch(1);
    private int steps;

    @Override
    public CompletionStage<String> step(Executor executor) {
      if (steps++ == 0) {
        begun.incrementAndGet();
      }
      Await.zero(gate);
      return CompletableFuture.completedStage(steps < 3 ? null : "done");
    }
  }

  private CompletableFuture<String> run(Scan<String> scan) {
    return scans.run(scan, released::incrementAndGet);
  }

  @Test
  void aScanIsSteppedToItsEndAndKeepsWhatItHolds() {
    HeldScan scan = new HeldScan();
    scan.gate.countDown();
    assertThat(run(scan).join()).isEqualTo("done");
    assertThat(released).hasValue(0);
  }

  @Test
  void shortReadsHaveAThreadHoweverManyScansRun() {
    List<HeldScan> held = new ArrayList<>();
    List<CompletableFuture<String>> results = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      held.add(new HeldScan());
      results.add(run(held.get(i)));
    }

    CountDownLatch read = new CountDownLatch(1);
    pool.execute(read::countDown);
    Await.zero(read);

    held.forEach(scan -> scan.gate.countDown());
    results.forEach(result -> assertThat(result.join()).isEqualTo("done"));
  }

  @Test
  void aFewRunInTurnsAndTheOthersWaitAndHaveNotBegun() {
    CountDownLatch gate = new CountDownLatch(1);
    List<CompletableFuture<String>> results = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int number = i;
      AtomicInteger steps = new AtomicInteger();
      results.add(
          run(
              executor -> {
                Await.zero(gate);
                order.add(number);
                return CompletableFuture.completedStage(
                    steps.incrementAndGet() < 2 ? null : "done");
              }));
    }
    gate.countDown();
    results.forEach(CompletableFuture::join);

    assertThat(order.subList(0, 4)).as("in turns").doesNotHaveDuplicates();
    assertThat(order.indexOf(7)).isGreaterThan(order.lastIndexOf(0));
  }

  @Test
  void aCancelledScanEndsAndGivesBackWhatItHolds() {
    HeldScan scan = new HeldScan();
    HeldScan other = new HeldScan();
    CompletableFuture<String> running = run(scan);
    CompletableFuture<String> waiting = run(other);
    running.cancel(false);
    waiting.cancel(false);
    scan.gate.countDown();
    other.gate.countDown();

    HeldScan last = new HeldScan();
    last.gate.countDown();
    assertThat(run(last).join()).isEqualTo("done");
    assertThat(released).hasValue(2);
    assertThat(scan.steps).isLessThanOrEqualTo(1);
  }

  @Test
  void aFailedScanGivesBackWhatItHoldsAndMakesRoom() {
    for (int i = 0; i < 2 * LongScans.MAX_WAITING; i++) {
      CompletableFuture<String> failed =
          run(
              executor -> {
                throw new IllegalStateException("broken");
              });
      assertThat(catchThrowable(failed::join)).hasRootCauseMessage("broken");
    }
    assertThat(released).hasValue(2 * LongScans.MAX_WAITING);
  }

  @Test
  void noMoreThanALimitWait() {
    HeldScan first = new HeldScan();
    List<CompletableFuture<String>> results = new ArrayList<>(List.of(run(first)));
    CompletableFuture<String> refused = null;
    while (refused == null) {
      HeldScan scan = new HeldScan();
      scan.gate.countDown();
      CompletableFuture<String> result = run(scan);
      if (result.isCompletedExceptionally()) {
        refused = result;
      } else {
        results.add(result);
      }
      assertThat(results.size()).isLessThanOrEqualTo(LongScans.MAX_WAITING + 4);
    }
    assertThat(results.size()).isGreaterThanOrEqualTo(LongScans.MAX_WAITING);
    CompletableFuture<String> last = refused;
    assertRefused(ErrorCode.TOO_MANY_IN_FLIGHT, () -> rethrow(last));
    first.gate.countDown();
    results.forEach(CompletableFuture::join);
  }

  @Test
  void allScansFailWhenThePoolCloses() {
    HeldScan first = new HeldScan();
    CompletableFuture<String> running = run(first);
    CompletableFuture<String> waiting = run(new HeldScan());
    pool.close();
    first.gate.countDown();
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> rethrow(running));
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> rethrow(waiting));
    assertThat(begun).hasValue(1);
    assertThat(released).hasValue(2);
  }

  private static void rethrow(CompletableFuture<?> failed) throws Throwable {
    throw catchThrowable(failed::join).getCause();
  }
}
