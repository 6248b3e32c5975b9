package io.millrace.benchmarks.load;

import java.time.Duration;
import java.util.function.Consumer;

/** Receives the events of one topic. For one thread. */
public interface Receiver extends AutoCloseable {

  /**
   * Hands out the values of what has come, in order.
   *
   * @param timeout how long to wait for the first
   * @return how many
   */
  int poll(Duration timeout, Consumer<byte[]> values);

  /** Begins again with the first event. */
  void rewind();

  @Override
  void close();
}
