package io.millrace.core;

import java.util.concurrent.Executor;

/** The threads that wait for fsync, and the timer of the flush interval. Any thread. */
interface Flusher extends AutoCloseable {

  /** Runs tasks that wait for the disk. */
  Executor pool();

  /** Runs a short task after the flush interval. */
  void afterInterval(Runnable task);

  /** Takes no more tasks; does not wait for those that run. */
  @Override
  void close();
}
