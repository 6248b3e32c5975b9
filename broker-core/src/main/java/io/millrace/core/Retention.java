package io.millrace.core;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at every partition now and then and has it drop what its topic does not keep. One thread,
 * so that deleting old files never competes with more than itself.
 */
final class Retention implements AutoCloseable {

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(1, new NamedThreads("retention"));

  /** Where partitions drop what is old. */
  Executor executor() {
    return thread;
  }

  void start(Duration interval, Supplier<? extends Collection<Topic>> topics) {
    thread.scheduleWithFixedDelay(
        () -> topics.get().forEach(topic -> topic.partitions().forEach(Partition::retain)),
        interval.toNanos(),
        interval.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  /** Ends the thread after what it does now; does not wait. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
