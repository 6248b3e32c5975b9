package io.millrace.core;

import io.millrace.storage.PartitionLog;
import java.util.concurrent.CompletionStage;

/**
 * Closes the log of one partition and opens it again, on threads that may wait for the storage. Any
 * thread; no method waits.
 */
interface LogReopener {

  /**
   * Opens the log and restores its derived state. The log is closed.
   *
   * @return fails in the same way as {@link io.millrace.storage.LogStorage#open}; after a failure,
   *     the log is closed
   */
  CompletionStage<RestoredLog> open(TopicSettings settings);

  /** Closes a log that no thread uses any more. */
  CompletionStage<Void> close(PartitionLog log);

  /** Runs a short task after a delay; never, if the broker is closed before. */
  void after(long delayMs, Runnable task);
}
