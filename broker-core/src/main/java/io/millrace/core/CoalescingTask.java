package io.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work that a pool does, one run at a time. Each request is served by a run that begins after the
 * request. Requests made while a run is queued share that run and cost one addition each. Any
 * thread.
 */
final class CoalescingTask {

  /** Added once to stop. Requests never add up to this before a run subtracts them. */
  private static final int STOPPED = 1 << 30;

  private final Runnable work;
  private final Executor pool;

  /**
   * Requests that no finished run has served. The request that raises it from zero queues the run;
   * the run queues itself again while requests are left. A request is a read-modify-write, so the
   * run that serves it sees everything that the caller wrote before.
   */
  private final AtomicInteger requests = new AtomicInteger();

  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /**
   * @param work the work of one run. The pool gets its exception, and the requests count as served
   */
  CoalescingTask(Runnable work, Executor pool) {
    this.work = work;
    this.pool = pool;
  }

  /** Asks for a run that begins after this call. Does nothing after {@link #stop}. */
  void request() {
    if (requests.getAndIncrement() == 0) {
      pool.execute(this::run);
    }
  }

  /** Refuses further requests; completes when the earlier ones are served. One call. */
  CompletableFuture<Void> stop() {
    if (requests.getAndAdd(STOPPED) == 0) {
      stopped.complete(null);
    }
    return stopped;
  }

  private void run() {
    int served = requests.get() & (STOPPED - 1);
    try {
      work.run();
    } finally {
      runAgainOrStop(served);
    }
  }

  private void runAgainOrStop(int served) {
    int left = requests.addAndGet(-served);
    if (left == STOPPED) {
      stopped.complete(null);
    } else if (left != 0) {
      pool.execute(this::run);
    }
  }
}
