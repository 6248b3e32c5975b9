package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReaderPoolTest {

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final ReaderPool readers = new ReaderPool(thread);

  @AfterEach
  void close() {
    readers.close();
  }

  /** A scan that ends after a number of steps. */
  private static Scan<Integer> scanOf(int steps) {
    AtomicInteger done = new AtomicInteger();
    return pool -> CompletableFuture.completedStage(done.incrementAndGet() == steps ? steps : null);
  }

  @Test
  void aScanIsSteppedToItsEnd() {
    assertThat(readers.run(scanOf(10)).join()).isEqualTo(10);
  }

  @Test
  void othersHaveTheirTurnBetweenTwoSteps() {
    List<String> order = new ArrayList<>();
    CountDownLatch gate = new CountDownLatch(1);
    readers.execute(() -> Await.zero(gate));
    CompletableFuture<String> scan =
        readers.run(
            pool -> {
              order.add("step");
              return CompletableFuture.completedStage(order.size() > 2 ? "done" : null);
            });
    readers.execute(() -> order.add("load"));
    gate.countDown();
    scan.join();
    assertThat(order).containsExactly("step", "load", "step");
  }

  @Test
  void noMoreThanALimitOfScansWait() {
    CountDownLatch gate = new CountDownLatch(1);
    readers.execute(() -> Await.zero(gate));
    List<CompletableFuture<Integer>> waiting = new ArrayList<>();
    for (int i = 0; i < ReaderPool.MAX_SCANS; i++) {
      waiting.add(readers.run(scanOf(1)));
    }
    assertRefused(ErrorCode.TOO_MANY_IN_FLIGHT, readers.run(scanOf(1)));
    gate.countDown();
    waiting.forEach(CompletableFuture::join);
    assertThat(readers.run(scanOf(1)).join()).isEqualTo(1);
  }

  @Test
  void aScanThatFailsSaysWhyAndMakesRoom() {
    for (int i = 0; i < 2 * ReaderPool.MAX_SCANS; i++) {
      CompletableFuture<Integer> failed =
          readers.run(
              pool -> {
                throw new IllegalStateException("broken");
              });
      assertThatThrownBy(failed::join).hasRootCauseMessage("broken");
    }
  }

  @Test
  void aPageThatTheDiskCannotGiveIsDamage() {
    assertRefused(
        ErrorCode.CORRUPT_LOG,
        readers.run(
            pool -> {
              throw new InternalError("a fault occurred in an unsafe memory access operation");
            }));
  }

  @Test
  void aScanThatIsNotDoneWhenThePoolClosesFails() {
    CountDownLatch gate = new CountDownLatch(1);
    readers.execute(() -> Await.zero(gate));
    CompletableFuture<Integer> scan = readers.run(scanOf(2));
    readers.close();
    gate.countDown();
    assertRefused(ErrorCode.SHUTTING_DOWN, scan);
  }

  private static void assertRefused(ErrorCode code, CompletableFuture<?> scan) {
    assertThatThrownBy(scan::join)
        .cause()
        .isInstanceOfSatisfying(
            BrokerException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
