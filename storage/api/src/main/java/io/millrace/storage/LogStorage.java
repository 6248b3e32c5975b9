package io.millrace.storage;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The storage interface: a place that holds partition logs and small states. Opening it takes sole
 * possession (a second opener gets {@code DIRECTORY_LOCKED}); closing releases it. Any thread;
 * calls for different logs may run in parallel.
 */
public interface LogStorage extends AutoCloseable {

  /** Small states beside the logs. */
  StateStore states();

  /** The logs that exist. */
  Set<LogId> list();

  /**
   * Opens a log, creating it where there is none, and recovers it: a torn end that is not durable
   * is truncated, and everything whole is made durable. At most one log is open per id.
   *
   * <p>An engine may do this work on the calling thread, and so block it, or elsewhere: any number
   * of logs may be opening at a time, and the engine needs no thread for each.
   *
   * @param replay receives the last checkpoint and every batch after it, on one thread at a time,
   *     before the stage completes
   * @param listener receives what happens to the open log outside of calls
   * @return completes with the log, on the calling thread or on one of the engine; fails with
   *     {@link StorageException} if the log cannot be served: {@code FENCED} if another broker has
   *     taken it over, {@code INVALID_TOPIC_SETTING} if a setting is not allowed
   * @throws IllegalStateException if the log is open or opening
   */
  CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener);

  /**
   * Checks settings before a log gets them. Touches no device.
   *
   * @throws StorageException {@code INVALID_TOPIC_SETTING} if {@link #open} and {@link
   *     PartitionLog#alter} refuse these settings
   */
  void check(LogSettings settings);

  /** Deletes a closed log and all its bytes. Deleting a log that does not exist does nothing. */
  void delete(LogId id);

  /** Bytes that can still be written before the storage is full. */
  long usableBytes();

  /**
   * Begins to check, in the background and without haste, the batches that opening the logs trusted
   * without a look. What is found damaged shows in {@link PartitionLog#damage()}. Once, when the
   * logs that there are have been opened; a storage whose bytes do not outlive the process has
   * nothing to check.
   */
  void startVerification();

  /** How far that check has come. */
  Verification verification();

  /** Releases the storage. Its logs must be closed before. */
  @Override
  void close();
}
