package io.millrace.storage;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * An open storage: the logs of partitions, and small states. At most one broker has a storage open,
 * or owns a log in it; an engine refuses a second one with {@code DIRECTORY_LOCKED} or {@code
 * FENCED}. Any thread; calls for different logs may run in parallel.
 */
public interface LogStorage extends AutoCloseable {

  /** The small states. */
  StateStore states();

  /** The logs that exist, open or closed. A snapshot. */
  Set<LogId> list();

  /**
   * The logs of {@link #list} that the storage knows by name only: it has noted that they were
   * created, and finds nothing of them. They were lost, or the note is older than their deletion. A
   * snapshot.
   */
  Set<LogId> namedOnly();

  /**
   * Opens a log and recovers it. Creates the log if it does not exist. Recovery truncates a partly
   * written end that is not durable, and makes all whole batches durable. At most one log is open
   * per id.
   *
   * <p>An engine may do this work on the calling thread, which it then blocks, or on its own
   * threads. Any number of logs may be opening at the same time.
   *
   * @param replay receives the last checkpoint and every batch after it, before the stage completes
   * @param listener receives the changes of the open log
   * @return completes with the log, on the calling thread or on a thread of the engine. Fails with
   *     {@link StorageException} if the log cannot be served, among others {@code FENCED} if
   *     another broker has taken it over and {@code INVALID_TOPIC_SETTING} if a setting is not
   *     allowed. Fails with the exception of {@code replay}, if that is not a {@code
   *     StorageException}. After a failure the log is closed, and can be opened again
   * @throws IllegalStateException if the log is open or opening
   */
  CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener);

  /**
   * The names of the settings that the logs of this engine read, in the order in which messages
   * list them. They are the names that users may set for a topic, in addition to {@code
   * retentionTime} and {@code retentionBytes}, which are those of the broker. Never changes.
   */
  List<String> settingNames();

  /**
   * Checks settings before a log gets them. Does no disk or network access.
   *
   * @return the given settings that the engine reads, without all others, and with each value as
   *     the broker stores and shows it, such as {@code 2MiB} for {@code 2048KiB}. Each value has at
   *     most 65,535 bytes in UTF-8. A result that is checked again stays the same
   * @throws StorageException {@code INVALID_TOPIC_SETTING} if {@link #open} and {@link
   *     PartitionLog#alter} refuse these settings
   */
  LogSettings check(LogSettings settings);

  /**
   * Deletes a closed log and all its bytes. Does nothing if the log does not exist. May wait for a
   * device.
   *
   * @throws IllegalStateException if the log is open or opening
   */
  void delete(LogId id);

  /** What the storage takes from the operating system at most. A snapshot. */
  ResourceNeeds needs();

  /**
   * What can be written before the storage is full, or could be a moment ago: about a second at
   * most. Does not wait for a device once the storage is open for a second.
   */
  FreeSpace freeSpace();

  /**
   * Starts to check the batches that the openings of the logs did not check. The check runs in the
   * background, at a limited rate. {@link PartitionLog#damage()} has the damage that it finds.
   * Called once, after the existing logs are opened. A storage that keeps its bytes only in memory
   * checks nothing.
   */
  void startVerification();

  /** The progress of that check. A snapshot. */
  Verification verification();

  /**
   * Closes the storage and ends its threads.
   *
   * @throws IllegalStateException if a log is open or opening
   */
  @Override
  void close();
}
