package io.millrace.group.queue;

import java.util.Objects;

/**
 * How a queue treats its events. Any values; {@code GroupMachine} refuses those out of range.
 *
 * @param lockMicros how long a consumer has an event before others get it
 * @param maxAttempts failed attempts after which an event is a dead letter
 * @param backOffMicros time after the first failed attempt before the next one; doubles with each
 * @param backOffMaxMicros longest time between two attempts; 0: none
 * @param deadLetterTopic topic of the dead letters; empty: the topic's name with {@code
 *     .dead-letters}
 * @param discard events that are rejected or have used up their attempts are dropped, and no dead
 *     letter is written
 */
public record QueueSettings(
    long lockMicros,
    int maxAttempts,
    long backOffMicros,
    long backOffMaxMicros,
    String deadLetterTopic,
    boolean discard,
    QueueOrdering ordering) {

  /** What a new queue has if nobody says otherwise. */
  public static final QueueSettings DEFAULT =
      new QueueSettings(30_000_000, 5, 1_000_000, 60_000_000, "", false, QueueOrdering.NONE);

  public QueueSettings {
    Objects.requireNonNull(deadLetterTopic, "deadLetterTopic");
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
}
