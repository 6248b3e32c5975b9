package io.millrace.storage;

/**
 * A log whose caller decides when appends become durable. A log that is not a {@code ForcedLog}
 * makes each append durable without being asked, and tells its {@link LogListener}.
 */
public interface ForcedLog extends PartitionLog {

  /**
   * Makes everything durable that was appended before the call. Flusher thread, one call at a time;
   * blocks. The log never retries a failed call, and does not tell its listener the result.
   *
   * @return the durable offset after the call
   * @throws StorageException {@code STORAGE_FAILED} or {@code FENCED}; {@code durable} has not
   *     moved
   */
  long force();
}
