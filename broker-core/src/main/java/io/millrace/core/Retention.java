package io.millrace.core;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread that looks after the partitions now and then, and drops what their topics do not keep.
 * One, so that deleting old files never competes with more than itself.
 */
final class Retention implements AutoCloseable {

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
        look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends the thread after what it does now; does not wait. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
