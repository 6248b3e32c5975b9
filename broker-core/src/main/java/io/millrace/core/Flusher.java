package io.millrace.core;

import java.util.concurrent.Executor;

/** The threads that wait for fsync, and a timer. Any thread. */
interface Flusher extends AutoCloseable {

  /** Runs tasks that wait for the disk. */
  Executor pool();

  /** Runs a short task after the flush interval. */
  void afterInterval(Runnable task);

  /** Runs a short task after a delay; never, if the flusher is closed before. */
  void after(long delayMs, Runnable task);

  /** Takes no more tasks; does not wait for those that run. */
  @Override
  void close();
}
