package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * The scans that may take minutes, such as lists of sources. A few of them run, in turns; all
 * others wait and hold no memory. They take at most all threads of the pool but one at the same
 * time, so that short reads do not wait for them. Any thread.
 *
 * <p>A scan is cancelled by the completion of its future: it ends before its next step.
 */
final class LongScans {

  /** Most scans that have begun and are not over: each may hold memory. */
  static final int MAX_RUNNING = 4;

  /** Most scans that wait for others to end. */
  static final int MAX_WAITING = 256;

  private final ReaderPool pool;
  private final int maxSteps;

  /** Scans that have not begun. Guarded by this. */
  private final Deque<Run<?>> waiting = new ArrayDeque<>();

  /** Scans that have begun and wait for their next step. Guarded by this. */
  private final Deque<Run<?>> ready = new ArrayDeque<>();

  /** Scans that have begun. Guarded by this. */
  private int running;

  /** Scans of which a step is in progress. Guarded by this. */
  private int stepping;

  /**
   * @param maxSteps number of scans that work at the same time
   */
  LongScans(ReaderPool pool, int maxSteps) {
    this.pool = pool;
    this.maxSteps = maxSteps;
  }

  /**
   * @param release gives back what the scan holds; called once if the future does not take the
   *     result
   */
  private record Run<T>(Scan<T> scan, CompletableFuture<T> result, Runnable release) {}

  /**
   * Runs a scan.
   *
   * @param release gives back the memory of a scan that fails or is cancelled. One call, on the
   *     thread that ran its last step, or before the first step
   * @return fails as {@link ReaderPool#run}
   */
  <T> CompletableFuture<T> run(Scan<T> scan, Runnable release) {
    Run<T> run = new Run<>(scan, new CompletableFuture<>(), release);
    synchronized (this) {
      if (waiting.size() >= MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new BrokerException(
                ErrorCode.TOO_MANY_IN_FLIGHT,
                MAX_WAITING + " lists of sources wait, the most allowed; try again later"));
      }
      waiting.add(run);
      admit();
    }
    run.result.whenComplete((value, failure) -> removeWaiting(run));
    stepOthers();
    return run.result;
  }

  private void removeWaiting(Run<?> run) {
    boolean removed;
    synchronized (this) {
      removed = waiting.remove(run);
    }
    if (removed) {
      run.release.run();
    }
  }

  /** Begins as many steps as may run now. */
  private void stepOthers() {
    for (Run<?> next = next(); next != null; next = next()) {
      submit(next);
    }
  }

  private synchronized Run<?> next() {
    if (stepping >= maxSteps) {
      return null;
    }
    Run<?> next = ready.poll();
    if (next != null) {
      stepping++;
    }
    return next;
  }

  private <T> void submit(Run<T> run) {
    pool.submit(() -> step(run), refusal -> over(run, refusal));
  }

  private <T> void step(Run<T> run) {
    if (run.result.isDone()) {
      over(run, null);
      return;
    }
    try {
      run.scan
          .step(pool)
          .whenComplete(
              (value, failure) -> {
                if (failure != null) {
                  over(run, ReaderPool.explained(StageFailure.cause(failure)));
                } else if (value != null) {
                  complete(run, value);
                } else {
                  again(run);
                }
              });
    } catch (RuntimeException | Error e) {
      over(run, ReaderPool.explained(e));
    }
  }

  private void again(Run<?> run) {
    synchronized (this) {
      stepping--;
      ready.add(run);
    }
    stepOthers();
  }

  private <T> void complete(Run<T> run, T value) {
    end();
    if (!run.result.complete(value)) {
      run.release.run();
    }
    stepOthers();
  }

  /**
   * @param failure null if the scan was cancelled
   */
  private void over(Run<?> run, Throwable failure) {
    end();
    run.release.run();
    if (failure != null) {
      run.result.completeExceptionally(failure);
    }
    stepOthers();
  }

  private synchronized void end() {
    stepping--;
    running--;
    admit();
  }

  /** Lets scans begin. Guarded by this. */
  private void admit() {
    while (!waiting.isEmpty() && running < MAX_RUNNING) {
      ready.add(waiting.poll());
      running++;
    }
  }
}
