package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks after the partitions now and then, and drops what their topics do not keep.
 * One, so that deleting old files never competes with more than itself.
 */
final class Retention implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, new NamedThreads("retention"));

  /** Where partitions drop what is old. */
  Executor executor() {
    return thread;
  }

  /**
   * @param look what is done each time
   */
  void start(Duration interval, Runnable look) {
    thread.scheduleWithFixedDelay(
        () -> lookOnce(look), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void lookOnce(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException | Error e) {
      // Let through, it would be the last look, and nobody would be told.
      LOG.error("event=look_after_partitions_failed", e);
    }
  }

  /** Ends the thread after what it does now; does not wait. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
