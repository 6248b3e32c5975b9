package io.millrace.client;

import java.time.Duration;

/**
 * How long a producer tries to deliver an event, and how long it pauses between attempts.
 * Immutable.
 *
 * @param deliveryTimeout the timeout from {@code send} to the receipt, over all attempts, after
 *     which the future of the event fails. It begins again while a quota of the broker delays
 *     events of the partition. 1 ms or more; 2 minutes by default
 * @param initialBackoff the first pause before a batch is resent after a retriable refusal. Each
 *     further pause is twice as long. Each pause is shortened by a random amount, at most by half,
 *     so that many producers do not resend at the same moment. 1 ms or more; 50 ms by default
 * @param maxBackoff the longest pause. At least {@code initialBackoff}; 2 s by default
 */
public record RetryPolicy(Duration deliveryTimeout, Duration initialBackoff, Duration maxBackoff) {

  private static final Duration MIN = Duration.ofMillis(1);

  /**
   * Checks the durations.
   *
   * @throws IllegalArgumentException if one is shorter than 1 ms, or {@code maxBackoff} is shorter
   *     than {@code initialBackoff}
   */
  public RetryPolicy {
    requirePositive("deliveryTimeout", deliveryTimeout);
    requirePositive("initialBackoff", initialBackoff);
    requirePositive("maxBackoff", maxBackoff);
    if (maxBackoff.compareTo(initialBackoff) < 0) {
      throw new IllegalArgumentException(
          "maxBackoff " + maxBackoff + " is shorter than initialBackoff " + initialBackoff);
    }
  }

  /** Returns the default policy: 2 minutes in all, pauses from 50 ms to 2 s. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(Duration.ofMinutes(2), Duration.ofMillis(50), Duration.ofSeconds(2));
  }

  /** Returns this policy with another delivery timeout. */
  public RetryPolicy deliveryTimeout(Duration timeout) {
    return new RetryPolicy(timeout, initialBackoff, maxBackoff);
  }

  /** Returns this policy with other pauses. */
  public RetryPolicy backoff(Duration initial, Duration max) {
    return new RetryPolicy(deliveryTimeout, initial, max);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.compareTo(MIN) < 0) {
      throw new IllegalArgumentException(name + " must be 1 ms or more, not " + value);
    }
  }
}
