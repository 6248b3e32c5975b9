package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A pool that waits for the disk, and a timer. */
final class FlusherThreads implements Flusher {

  private final ExecutorService pool;
  private final ScheduledThreadPoolExecutor timer;
  private final long intervalNanos;

  FlusherThreads(int threads, Duration interval) {
    pool = Executors.newFixedThreadPool(threads, new NamedThreads("flusher"));
    timer = new ScheduledThreadPoolExecutor(1, new NamedThreads("flush-timer"));
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    intervalNanos = interval.toNanos();
  }

  @Override
  public Executor pool() {
    return pool;
  }

  @Override
  public void afterInterval(Runnable task) {
    timer.schedule(task, intervalNanos, TimeUnit.NANOSECONDS);
  }

  /** Ends the threads when nothing is left to run; does not wait. */
  @Override
  public void close() {
    timer.shutdown();
    pool.shutdown();
  }
}
