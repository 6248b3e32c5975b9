package io.millrace.group.queue;

import java.util.Objects;

/**
 * How a queue treats its events. Any values; {@code GroupMachine} refuses those out of range.
 *
 * @param lockMicros how long a consumer has an event before others get it
 * @param maxAttempts failed attempts after which an event is a dead letter
 * @param backOffMicros time after the first failed attempt before the next one; doubles with each
 * @param backOffMaxMicros longest time between two attempts; 0: none
 * @param deadLetters what becomes of events that are rejected or have used up their attempts
 */
public record QueueRules(
    long lockMicros,
    int maxAttempts,
    long backOffMicros,
    long backOffMaxMicros,
    DeadLetterRule deadLetters,
    QueueOrder ordering) {

  /** Longest back-off and longest delay, in microseconds: one day. */
  public static final long MAX_WAIT_MICROS = 86_400_000_000L;

  private static final long MIN_PROBE_MICROS = 1_000_000;

  /** What a new queue has if nobody says otherwise. */
  public static final QueueRules DEFAULT =
      new QueueRules(
          30_000_000, 5, 1_000_000, 60_000_000, DeadLetterRule.DEFAULT_TOPIC, QueueOrder.NONE);

  public QueueRules {
    Objects.requireNonNull(deadLetters, "deadLetters");
    Objects.requireNonNull(ordering, "ordering");
  }

  /**
   * The time between a failed attempt and the next one.
   *
   * @param attempts failed attempts so far; 0: no time
   */
  public long backOffMicros(int attempts) {
    if (attempts == 0) {
      return 0;
    }
    int doublings = Math.min(attempts - 1, 62);
    boolean overflows = backOffMicros > backOffMaxMicros >> doublings;
    return overflows ? backOffMaxMicros : backOffMicros << doublings;
  }

  /** The time between two events that a queue hands out while too many attempts fail. */
  long probeMicros() {
    return Math.max(MIN_PROBE_MICROS, backOffMaxMicros);
  }
}
