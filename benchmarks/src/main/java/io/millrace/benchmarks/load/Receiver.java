package io.millrace.benchmarks.load;

import java.time.Duration;
import java.util.function.Consumer;

/** Receives the events of one topic. Used by one thread. */
public interface Receiver extends AutoCloseable {

  /**
   * Passes the values of the events that have arrived to {@code values}, in order.
   *
   * @param timeout how long to wait for the first event
   * @return the number of events
   */
  int poll(Duration timeout, Consumer<byte[]> values);

  /** Starts again with the first event. */
  void rewind();

  @Override
  void close();
}
