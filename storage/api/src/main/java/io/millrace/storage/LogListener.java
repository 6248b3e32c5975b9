package io.millrace.storage;

/**
 * Receives the changes of an open log that no call reports. Given when the log is opened; called by
 * the engine, on any thread, one call at a time for a log. A call returns soon: it does not wait
 * for a device or for another thread. No call comes after the log is closed.
 */
public interface LogListener {

  /**
   * The durable offset has moved. A log that is a {@link ForcedLog} does not call this.
   *
   * @param offset one past the last durable offset; higher than in the call before
   */
  void durable(long offset);

  /**
   * The log has failed outside of a call. Offsets from {@code durable} on are in doubt, and the log
   * takes no appends until it is opened again. A failure that a call throws is not repeated here.
   * The last call.
   *
   * @param cause {@code STORAGE_FAILED}, or {@code FENCED} if another broker has taken over the log
   */
  void failed(StorageException cause);
}
