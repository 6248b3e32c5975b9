package io.millrace.core;

/** Where a subscription begins. */
public sealed interface StartAt {

  /** With the first offset kept. */
  record Earliest() implements StartAt {}

  /** With the first event that is not visible yet. */
  record Latest() implements StartAt {}

  /** With this offset; refused unless {@code start <= offset <= end}. */
  record Offset(long offset) implements StartAt {}

  /**
   * With the first batch that has an event of this event time (microseconds) or later; with the
   * visible end if there is none.
   */
  record EventTime(long micros) implements StartAt {}
}
