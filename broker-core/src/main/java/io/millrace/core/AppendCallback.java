package io.millrace.core;

/** Told once, on the partition's owner thread, how an append ended. */
public interface AppendCallback {

  /**
   * The batch has reached the ack level asked for.
   *
   * @param baseOffset offset of its first record
   * @param appendTimeMicros the broker's append time
   */
  void appended(long baseOffset, long appendTimeMicros);

  /** The batch was refused, or the storage failed before it reached the ack level. */
  void refused(BrokerException cause);
}
