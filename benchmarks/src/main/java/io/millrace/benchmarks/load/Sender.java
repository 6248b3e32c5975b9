package io.millrace.benchmarks.load;

/** Sends events to one topic and counts what the broker has acknowledged. For one thread. */
public interface Sender extends AutoCloseable {

  /** Takes an event for the partition of the client's choice; blocks while the client is full. */
  void send(byte[] value);

  /** Takes an event for this partition; blocks while the client is full. */
  void send(int partition, byte[] value);

  /** Sends an event and returns when it is acknowledged. */
  void sendAndWait(byte[] value);

  /**
   * Waits until everything sent is acknowledged.
   *
   * @return how many events were acknowledged since this sender was opened
   * @throws IllegalStateException if an event was not
   */
  long flush();

  @Override
  void close();
}
