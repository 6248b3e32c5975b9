package io.millrace.benchmarks.load;

/** Sends events to one topic, and counts the acknowledged ones. Used by one thread. */
public interface Sender extends AutoCloseable {

  /** Sends an event to a partition that the client chooses. Blocks while the client is full. */
  void send(byte[] value);

  /** Sends an event to this partition. Blocks while the client is full. */
  void send(int partition, byte[] value);

  /** Sends an event, and waits for its acknowledgement. */
  void sendAndWait(byte[] value);

  /**
   * Waits until all events are acknowledged.
   *
   * @return the number of acknowledged events since this sender was opened
   * @throws IllegalStateException if an event was not acknowledged
   */
  long flush();

  @Override
  void close();
}
