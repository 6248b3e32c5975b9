package io.millrace.core;

/** The position at which a subscription begins. */
public sealed interface StartAt {

  /** The start of the log: the first offset that is kept. */
  record Earliest() implements StartAt {}

  /** The visible end: the first event that is not visible yet. */
  record Latest() implements StartAt {}

  /** This offset; refused unless {@code start <= offset <= end}. */
  record Offset(long offset) implements StartAt {}

  /**
   * The first batch that has an event of this event time or later; the visible end if there is
   * none.
   *
   * @param micros microseconds since the epoch
   */
  record EventTime(long micros) implements StartAt {}
}
