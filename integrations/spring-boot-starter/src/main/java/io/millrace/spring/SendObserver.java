package io.millrace.spring;

import io.millrace.client.Receipt;

/** Hears of the events that the template sends to a topic. Thread-safe, and quick. */
interface SendObserver {

  /** The producer has accepted an event. */
  void sent();

  /**
   * An event has its receipt, or its failure. On the client's event loop.
   *
   * @param nanos the time since it was sent
   * @param receipt null if it has failed
   * @param failure null if it has a receipt
   */
  void answered(long nanos, Receipt receipt, Throwable failure);

  /** An event was not accepted. */
  void refused(Throwable failure);
}
