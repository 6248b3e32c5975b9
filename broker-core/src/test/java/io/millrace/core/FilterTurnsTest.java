package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who has the next turn, with a clock that moves a fixed time with each batch. */
class FilterTurnsTest {

  private static final EventFilter ALL = EventFilter.parse("true");

  /** The value of an event that is a reason to look at the clock. */
  private static final String LARGE = "x".repeat(FilterEvaluation.LOOK_BYTES);

  private final Tasks tasks = new Tasks();
  private final List<String> order = new ArrayList<>();
  private final AtomicInteger closedSlices = new AtomicInteger();
  private long nanos = Long.MAX_VALUE - 1000; // the clock of a JVM may overflow
  private long nanosPerLook;
  private final ReaderPool pool = new ReaderPool(tasks);
  private final FilterTurns turns =
      new FilterTurns(
          pool,
          1,
          1 << 20,
          new MemoryShare(1 << 20),
          new FilterTurns.Clocks(() -> nanos += nanosPerLook, () -> nanos));

  /** Runs its tasks when the test says so. */
  private static final class Tasks extends AbstractExecutorService {

    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean closed;

    @Override
    public void execute(Runnable task) {
      if (closed) {
        throw new RejectedExecutionException("closed, says the test");
      }
      queue.add(task);
    }

    boolean runOne() {
      Runnable task = queue.poll();
      if (task != null) {
        task.run();
      }
      return task != null;
    }

    @Override
    public void shutdown() {
      closed = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      closed = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return closed;
    }

    @Override
    public boolean isTerminated() {
      return closed;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return closed;
    }
  }

  /** A slice of equal batches. */
  private final class Slice implements LogSlice {

    private final ByteBuffer buffer;
    private final long nextOffset;

    Slice(int batches, long... eventTimes) {
      this(batches, "v", eventTimes);
    }

    Slice(int batches, String value, long... eventTimes) {
      this.nextOffset = (long) batches * eventTimes.length;
      ByteBuffer all = ByteBuffer.allocate(1 << 18);
      for (int i = 0; i < batches; i++) {
        ByteBuffer batch = Batches.atTimes(value, eventTimes);
        BatchHeader.stamp(batch, 0, (long) i * eventTimes.length, 0, 0, 1);
        all.put(batch);
      }
      this.buffer = all.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer buffer() {
      return buffer;
    }

    @Override
    public long nextOffset() {
      return nextOffset;
    }

    @Override
    public boolean cold() {
      return false;
    }

    @Override
    public CompletionStage<Void> load(Executor blocking) {
      throw new AssertionError("not cold");
    }

    @Override
    public void close() {
      closedSlices.incrementAndGet();
    }
  }

  private void evaluate(String name, FilterTurns.Account account, int batches) {
    evaluate(name, account, evaluation(batches));
  }

  private void evaluate(String name, FilterTurns.Account account, FilterEvaluation evaluation) {
    turns.evaluate(
        evaluation,
        account,
        result -> {
          order.add(name + " " + result.selection().events());
          result.close();
        });
  }

  private FilterEvaluation evaluation(int batches) {
    return evaluation(batches, reader -> new StoredRecords(null, reader));
  }

  private FilterEvaluation evaluation(int batches, StoredRecords.Opener log) {
    return new FilterEvaluation(
        new Slice(batches, 1),
        new WantedEvents(ALL, SourceMatcher.of(List.of()), 0),
        0,
        log,
        turns.memory());
  }

  private void runAll() {
    while (tasks.runOne()) {
      // the next turn
    }
  }

  private void eachBatchTakes(int ms) {
    nanosPerLook = TimeUnit.MILLISECONDS.toNanos(ms);
  }

  @Test
  void aLongEvaluationLetsOthersInBetween() {
    eachBatchTakes(FilterTurns.TURN_MS);
    evaluate("long", new FilterTurns.Account(), 5);
    evaluate("short", new FilterTurns.Account(), 1);
    runAll();
    assertThat(order).containsExactly("short 1", "long 5");
    assertThat(closedSlices).hasValue(2);
  }

  @Test
  void aThreadThatNoOtherTaskWantsRunsOneTurnAfterAnother() {
    evaluate("a", new FilterTurns.Account(), 1);
    evaluate("b", new FilterTurns.Account(), 1);
    evaluate("c", new FilterTurns.Account(), 1);
    assertThat(tasks.runOne()).isTrue();
    assertThat(order).containsExactly("a 1", "b 1", "c 1");
    assertThat(tasks.runOne()).as("another task for the same turns").isFalse();
    evaluate("d", new FilterTurns.Account(), 1);
    assertThat(tasks.runOne()).isTrue();
    assertThat(order).endsWith("d 1");
  }

  @Test
  void aTaskThatWaitsForAThreadComesBeforeTheNextTurn() {
    evaluate("a", new FilterTurns.Account(), 1);
    evaluate("b", new FilterTurns.Account(), 1);
    pool.execute(() -> order.add("read"));
    runAll();
    assertThat(order).containsExactly("a 1", "read", "b 1");
  }

  @Test
  void resultsOfShortEvaluationsAreHandedOverTogether() {
    evaluateNotingTheBegin("a");
    evaluateNotingTheBegin("b");
    runAll();
    assertThat(order).containsExactly("a begins", "b begins", "a 1", "b 1");
  }

  @Test
  void theResultOfALongEvaluationDoesNotWaitForTheNext() {
    eachBatchTakes(1);
    evaluateNotingTheBegin("a");
    evaluateNotingTheBegin("b");
    runAll();
    assertThat(order).containsExactly("a begins", "a 1", "b begins", "b 1");
  }

  private void evaluateNotingTheBegin(String name) {
    evaluateNotingTheBegin(name, new FilterTurns.Account());
  }

  private void evaluateNotingTheBegin(String name, FilterTurns.Account account) {
    FilterEvaluation evaluation =
        evaluation(
            1,
            reader -> {
              order.add(name + " begins");
              return new StoredRecords(null, reader);
            });
    evaluate(name, account, evaluation);
  }

  @Test
  void aTurnThatFailsLeavesTheThreadToOthers() {
    turns.evaluate(
        evaluation(1),
        new FilterTurns.Account(),
        result -> {
          result.close();
          throw new IllegalStateException("a receiver that fails, says the test");
        });
    evaluate("b", new FilterTurns.Account(), 1);
    assertThatThrownBy(tasks::runOne).isInstanceOf(IllegalStateException.class);
    runAll();
    assertThat(order).containsExactly("b 1");
  }

  @Test
  void aSubscriptionAboveItsShareComesAfterThoseBelowTheirs() {
    FilterTurns.Account greedy = new FilterTurns.Account();
    eachBatchTakes(50);
    evaluate("greedy", greedy, 1);
    runAll();
    eachBatchTakes(1);
    evaluate("first", new FilterTurns.Account(), 1); // takes the free thread
    evaluate("greedy", greedy, 1);
    evaluate("a", new FilterTurns.Account(), 1);
    evaluate("b", new FilterTurns.Account(), 1);
    runAll();
    assertThat(order).containsExactly("greedy 1", "first 1", "a 1", "b 1", "greedy 1");
  }

  @Test
  void aSubscriptionAloneDoesNotWaitForItsShare() {
    FilterTurns.Account account = new FilterTurns.Account();
    eachBatchTakes(1000);
    for (int i = 0; i < 3; i++) {
      evaluate("alone", account, 1);
      assertThat(tasks.runOne()).isTrue();
    }
    assertThat(order).hasSize(3);
  }

  /** So an expensive filter holds a thread for one event, whatever the size of the batch. */
  @Test
  void aTurnEndsInsideALargeBatch() {
    eachBatchTakes(FilterTurns.TURN_MS);
    List<FilteredSlice> results = new ArrayList<>();
    evaluateLarge(1, results);
    evaluate("a", new FilterTurns.Account(), 1);
    evaluate("b", new FilterTurns.Account(), 1);
    pool.execute(() -> assertThat(results).isEmpty());
    assertThat(tasks.runOne()).isTrue();
    assertThat(tasks.runOne()).isTrue();
    assertThat(order).isEmpty();
    runAll();

    assertThat(order).containsExactly("a 1", "b 1");
    FilteredSlice result = results.get(0);
    assertThat(result.failure()).isNull();
    assertThat(result.nextOffset()).isEqualTo(5);
    assertThat(result.counts().scanned()).isEqualTo(4);
    assertThat(result.counts().matched()).isEqualTo(2);
    assertThat(offsets(result)).containsExactly(1L, 3L);
    result.close();
    assertThat(turns.memory().used()).isZero();
  }

  /** Nothing else is kept of a batch whose copy is not made yet. */
  @Test
  void anEvaluationThatWaitsInsideABatchKeepsTheMemoryOfItsMarksOnly() {
    eachBatchTakes(FilterTurns.TURN_MS);
    MemoryShare memory = turns.memory();
    List<FilteredSlice> results = new ArrayList<>();
    evaluateLarge(0, results);
    pool.execute(
        () -> {
          assertThat(memory.used()).isEqualTo(Long.BYTES);
          memory.reserve(memory.limit());
        });
    runAll();
    memory.release(memory.limit());

    assertThat(results)
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.nextOffset()).isZero();
              assertThat(result.counts().matched()).isZero();
              assertThat(((BrokerException) result.failure()).code())
                  .isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);
            });
    results.forEach(FilteredSlice::close);
    assertThat(memory.used()).isZero();
    assertThat(closedSlices).hasValue(1);
  }

  /** The result of a short evaluation does not wait for a long turn. */
  @Test
  void resultsAreHandedOverBeforeAnExpensiveTurn() {
    FilterTurns.Account expensive = new FilterTurns.Account();
    eachBatchTakes(1);
    evaluate("expensive", expensive, 1);
    runAll();
    nanosPerLook = 0;
    evaluateNotingTheBegin("a");
    evaluateNotingTheBegin("expensive", expensive);
    runAll();
    assertThat(order)
        .containsExactly("expensive 1", "a begins", "a 1", "expensive begins", "expensive 1");
  }

  /** Five events in one batch, of which two match. */
  private void evaluateLarge(long from, List<FilteredSlice> results) {
    FilterEvaluation evaluation =
        new FilterEvaluation(
            new Slice(1, LARGE, 1, 2, 3, 2, 1),
            new WantedEvents(EventFilter.parse("timestamp == 2"), SourceMatcher.of(List.of()), 0),
            from,
            reader -> new StoredRecords(null, reader),
            turns.memory());
    turns.evaluate(evaluation, new FilterTurns.Account(), results::add);
  }

  private static List<Long> offsets(FilteredSlice result) {
    BatchReader reader = new BatchReader(1 << 20);
    List<Long> offsets = new ArrayList<>();
    for (ByteBuffer run : result.selection().runs()) {
      reader.open(run, run.position());
      while (reader.next()) {
        offsets.add(reader.offset());
      }
    }
    reader.close();
    return offsets;
  }

  /** However much a subscription had in many turns, it is put back by a limited time only. */
  @Test
  void noDebtIsLongerThanItsLimit() {
    FilterTurns.Account greedy = new FilterTurns.Account();
    eachBatchTakes(100);
    evaluate("greedy", greedy, 100);
    runAll();
    assertGreedyIsPutBackBy(FilterTurns.MAX_AHEAD_MS, greedy, "greedy 100");
  }

  @Test
  void aTurnThatCostMuchCountsInFull() {
    FilterTurns.Account greedy = new FilterTurns.Account();
    eachBatchTakes(60_000);
    evaluate("greedy", greedy, 1);
    runAll();
    assertGreedyIsPutBackBy(2 * 4 * 60_000, greedy, "greedy 1"); // it has looked twice
  }

  /** By this time, or up to its half less, because the clock has moved since the turn. */
  private void assertGreedyIsPutBackBy(int ms, FilterTurns.Account greedy, String before) {
    nanosPerLook = 0;
    evaluate("first", new FilterTurns.Account(), 1);
    evaluate("greedy", greedy, 1);
    nanos += TimeUnit.MILLISECONDS.toNanos(ms / 2);
    evaluate("sooner", new FilterTurns.Account(), 1);
    nanos += TimeUnit.MILLISECONDS.toNanos(ms / 2) + 1;
    evaluate("later", new FilterTurns.Account(), 1);
    runAll();
    assertThat(order).containsExactly(before, "first 1", "sooner 1", "greedy 1", "later 1");
  }

  /** All begin while there is memory; each result takes some until it is closed. */
  @Test
  void resultsTakeNoMoreMemoryThanTheirShareAndOneBatch() {
    MemoryShare memory = new MemoryShare(300);
    int mostOfOne = Batches.atTimes(1, 2).remaining();
    List<FilteredSlice> results = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      assertThat(memory.hasRoom(1)).isTrue();
      FilterEvaluation evaluation =
          new FilterEvaluation(
              new Slice(2, 1, 2),
              new WantedEvents(EventFilter.parse("timestamp == 2"), SourceMatcher.of(List.of()), 0),
              0,
              reader -> new StoredRecords(null, reader),
              memory);
      turns.evaluate(evaluation, new FilterTurns.Account(), results::add);
    }
    runAll();

    assertThat(memory.used()).isBetween(memory.limit(), memory.limit() + mostOfOne);
    List<FilteredSlice> refused = results.stream().filter(r -> r.failure() != null).toList();
    assertThat(refused).hasSizeBetween(5, 9);
    for (FilteredSlice result : results) {
      assertThat(result.counts().scanned())
          .as("events of a batch without memory are not tested, and not counted")
          .isEqualTo(result.nextOffset())
          .isEqualTo(2 * result.counts().matched());
      assertThat(result.nextOffset()).isEqualTo(2L * result.selection().runs().size());
    }
    assertThat(refused)
        .extracting(result -> ((BrokerException) result.failure()).code())
        .containsOnly(ErrorCode.RESOURCES_EXHAUSTED);
    results.forEach(FilteredSlice::close);
    assertThat(memory.used()).isZero();
    assertThat(closedSlices).hasValue(10);
  }

  @Test
  void aClosedPoolFailsTheEvaluation() {
    tasks.shutdown();
    List<Throwable> failures = new ArrayList<>();
    turns.evaluate(
        evaluation(1),
        new FilterTurns.Account(),
        result -> {
          failures.add(result.failure());
          result.close();
        });
    assertThat(failures)
        .singleElement()
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    assertThat(closedSlices).hasValue(1);
  }
}
