package io.millrace.client.internal.consumer;

import io.millrace.client.ProcessOptions;

/** The events that were taken for a handler and are not done. Guarded by the lock of the run. */
final class InFlightEvents {

  private final ProcessOptions options;
  private final int maxPollEvents;
  private int events;
  private long bytes;

  /**
   * @param maxPollEvents the most events to take at a time
   */
  InFlightEvents(ProcessOptions options, int maxPollEvents) {
    this.options = options;
    this.maxPollEvents = maxPollEvents;
  }

  int events() {
    return events;
  }

  void begin(ProcessingTask task) {
    events++;
    bytes += task.bytes();
  }

  void end(ProcessingTask task) {
    events--;
    bytes -= task.bytes();
  }

  /** A result for as many events as may be taken; null: none. */
  PollResult result() {
    int moreEvents = options.maxInFlightEvents() - events;
    long moreBytes = options.maxInFlightBytes() - bytes;
    return moreEvents <= 0 || moreBytes <= 0
        ? null
        : new PollResult(Math.min(moreEvents, maxPollEvents), moreBytes);
  }
}
