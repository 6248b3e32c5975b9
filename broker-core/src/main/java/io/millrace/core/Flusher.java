package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads that wait for the disk, and the clock of the flush interval. Any thread. */
final class Flusher implements AutoCloseable {

  private final ExecutorService pool;
  private final ScheduledThreadPoolExecutor timer;
  private final long intervalNanos;

  Flusher(int threads, Duration interval) {
    pool = Executors.newFixedThreadPool(threads, new NamedThreads("flusher"));
    timer = new ScheduledThreadPoolExecutor(1, new NamedThreads("flush-timer"));
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    intervalNanos = interval.toNanos();
  }

  /** Where forces run. */
  Executor pool() {
    return pool;
  }

  /** Runs a short task after the flush interval. */
  void afterInterval(Runnable task) {
    timer.schedule(task, intervalNanos, TimeUnit.NANOSECONDS);
  }

  /** Ends the threads when nothing is left to run; does not wait. */
  @Override
  public void close() {
    timer.shutdown();
    pool.shutdown();
  }
}
