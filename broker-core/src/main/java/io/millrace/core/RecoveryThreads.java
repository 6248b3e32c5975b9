package io.millrace.core;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that open logs and close fenced ones, with a timer. A thread ends when it has been
 * idle. Any thread.
 */
final class RecoveryThreads implements Executor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RecoveryThreads.class);
  private static final int IDLE_SECONDS = 60;

  private final ScheduledThreadPoolExecutor pool;

  RecoveryThreads(int threads) {
    pool = new ScheduledThreadPoolExecutor(threads, new NamedThreads("recovery"));
    pool.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    pool.allowCoreThreadTimeOut(true);
    pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Runs a short task after a delay; never, if the threads are ended before. */
  void after(long delayMs, Runnable task) {
    try {
      pool.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=recovery_threads_ended", e);
    }
  }

  /** Takes no more tasks; those that wait without a delay still run. Does not wait. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
