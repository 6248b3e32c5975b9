package io.millrace.core;

/** Receives the outcome of one append. One call, on the partition's owner thread. */
public interface AppendCallback {

  /**
   * The batch has reached the requested ack level.
   *
   * @param baseOffset offset of its first record
   * @param appendTimeMicros the broker's append time
   */
  void appended(long baseOffset, long appendTimeMicros);

  /** The broker refused the batch, or the storage failed before the batch reached the ack level. */
  void refused(BrokerException cause);
}
