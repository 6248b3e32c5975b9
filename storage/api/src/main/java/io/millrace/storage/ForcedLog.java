package io.millrace.storage;

/**
 * A log whose caller decides when appends become durable. A log that is not a {@code ForcedLog}
 * makes each append durable by itself, and reports it to its {@link LogListener}.
 */
public interface ForcedLog extends PartitionLog {

  /**
   * Makes durable what was appended before the call. Flusher thread, one call at a time; blocks.
   * The log does not repeat a failed call. It does not report the result to its listener.
   *
   * @return the durable offset after the call
   * @throws StorageException {@code RESOURCES_EXHAUSTED} if a file could not be opened: {@code
   *     durable} is as before, no fsync has failed, and the caller may call again. {@code
   *     STORAGE_FAILED} or {@code FENCED}; {@code durable} is as before, and the log has failed
   */
  long force();
}
