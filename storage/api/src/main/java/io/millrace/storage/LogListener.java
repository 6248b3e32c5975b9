package io.millrace.storage;

/**
 * Receives the changes of an open log that happen outside of calls to the log. The owner of the log
 * passes it to {@link LogStorage#open}. The engine calls it on any thread, one call at a time for a
 * log. A call returns soon: it does not wait for a device or another thread. There is no call after
 * the log is closed.
 */
public interface LogListener {

  /**
   * The durable offset has moved. A log that is a {@link ForcedLog} does not call this.
   *
   * @param offset one past the last durable offset; greater than in the previous call
   */
  void durable(long offset);

  /**
   * The log has failed outside of a call. It is not known whether the offsets from {@code durable}
   * on are stored. The log refuses appends until it is closed and opened again. This is the last
   * call. A failure that a method of the log throws is not reported here.
   *
   * @param cause {@code STORAGE_FAILED}, or {@code FENCED} if another broker has taken over the log
   */
  void failed(StorageException cause);
}
