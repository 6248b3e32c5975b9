package io.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Work done on a pool, one run at a time. A request is answered by a run that begins after it;
 * requests made while a run is queued cost one addition and share that run. Any thread.
 */
final class CoalescingTask {

  /** Added once to stop; requests never add up to this before a run takes them away. */
  private static final int STOPPED = 1 << 30;

  private final Runnable work;
  private final Executor pool;

  /**
   * Requests that no finished run has answered. Whoever takes it from zero queues the run, and the
   * run queues itself again while some are left. Being a read-modify-write, a request also makes
   * what its caller wrote before visible to the run that answers it.
   */
  private final AtomicInteger requests = new AtomicInteger();

  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /**
   * @param work what it throws is the pool's: the requests count as answered
   */
  CoalescingTask(Runnable work, Executor pool) {
    this.work = work;
    this.pool = pool;
  }

  /** Asks for a run that begins after this call; without effect once stopped. */
  void request() {
    if (requests.getAndIncrement() == 0) {
      pool.execute(this::run);
    }
  }

  /** Takes no further requests; completes when those made before are answered. Once. */
  CompletableFuture<Void> stop() {
    if (requests.getAndAdd(STOPPED) == 0) {
      stopped.complete(null);
    }
    return stopped;
  }

  private void run() {
    int answered = requests.get() & (STOPPED - 1);
    try {
      work.run();
    } finally {
      goOn(answered);
    }
  }

  private void goOn(int answered) {
    int left = requests.addAndGet(-answered);
    if (left == STOPPED) {
      stopped.complete(null);
    } else if (left != 0) {
      pool.execute(this::run);
    }
  }
}
