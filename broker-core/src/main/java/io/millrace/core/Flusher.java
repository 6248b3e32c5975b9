package io.millrace.core;

import java.util.concurrent.Executor;

/** Where forces wait for the disk, and the clock of the flush interval. Any thread. */
interface Flusher extends AutoCloseable {

  /** Where forces run. */
  Executor pool();

  /** Runs a short task after the flush interval. */
  void afterInterval(Runnable task);

  /** Takes nothing more; does not wait for what runs. */
  @Override
  void close();
}
