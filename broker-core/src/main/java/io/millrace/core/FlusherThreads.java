package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A pool of threads that wait for fsync, and a timer. */
final class FlusherThreads implements Flusher {

  private static final int IDLE_SECONDS = 60;

  private final ExecutorService pool;
  private final ScheduledThreadPoolExecutor timer;
  private final long intervalNanos;

  FlusherThreads(int threads, Duration interval) {
    pool = pool(threads);
    timer = new ScheduledThreadPoolExecutor(1, new NamedThreads("flush-timer"));
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    intervalNanos = interval.toNanos();
  }

  /** Most brokers fsync few partitions at a time: a thread ends when it has been idle. */
  private static ExecutorService pool(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new NamedThreads("flusher"));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public Executor pool() {
    return pool;
  }

  @Override
  public void afterInterval(Runnable task) {
    timer.schedule(task, intervalNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void after(long delayMs, Runnable task) {
    timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
  }

  /** Ends the threads when their tasks are done; does not wait. */
  @Override
  public void close() {
    timer.shutdown();
    pool.shutdown();
  }
}
