package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs retention at an interval. There is one, so that at most one file is deleted
 * at a time.
 */
final class RetentionThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionThread.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, new NamedThreads("retention"));

  /** Runs the retention of each partition. */
  Executor executor() {
    return thread;
  }

  /**
   * Begins to run retention.
   *
   * @param run starts the retention of every partition
   */
  void start(Duration interval, Runnable run) {
    thread.scheduleWithFixedDelay(
        () -> runOnce(run), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void runOnce(Runnable run) {
    try {
      run.run();
    } catch (RuntimeException | Error e) {
      // An exception would silently end all further runs.
      LOG.error("event=retention_run_failed", e);
    }
  }

  /** Ends the thread after its current task. Does not wait. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
