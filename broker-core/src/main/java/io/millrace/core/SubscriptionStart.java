package io.millrace.core;

/**
 * The position at which a subscription begins. To begin at an event time, look its offset up with
 * {@link Partition#offsetForTime}.
 */
public sealed interface SubscriptionStart {

  /** The start of the log: the first offset that is kept. */
  record Earliest() implements SubscriptionStart {}

  /** The visible end: the first event that is not visible yet. */
  record Latest() implements SubscriptionStart {}

  /** This offset; refused unless {@code start <= offset <= end}. */
  record Offset(long offset) implements SubscriptionStart {}
}
