package io.millrace.spring;

import io.millrace.client.ConsumedEvent;

/** Hears of the calls of a listener's method. Thread-safe, and quick. */
interface HandlerObserver {

  /** The method is about to be called for an event. */
  void begins(ConsumedEvent event);

  /**
   * A call has ended.
   *
   * @param nanos how long it took
   * @param failure null if it has returned
   */
  void ended(long nanos, Throwable failure);

  /** A {@link FailedEventHandler} has taken over an event. */
  void takenOver();
}
