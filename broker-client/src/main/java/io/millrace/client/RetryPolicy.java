package io.millrace.client;

import java.time.Duration;

/**
 * How long and how often a producer tries to deliver.
 *
 * @param deliveryTimeout from {@code send} to the receipt, over all attempts; then the event's
 *     future fails. 1 ms or more; 2 minutes by default
 * @param initialBackoff pause before a batch is sent again after a retriable refusal; doubles with
 *     each attempt, and is cut by a random part of up to a half so that producers do not march in
 *     step. 50 ms by default
 * @param maxBackoff longest pause; 2 s by default
 */
public record RetryPolicy(Duration deliveryTimeout, Duration initialBackoff, Duration maxBackoff) {

  private static final Duration LEAST = Duration.ofMillis(1);

  /**
   * Refuses times that make no sense.
   *
   * @throws IllegalArgumentException if a time is not positive, or the longest pause is shorter
   *     than the first
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

  /** Two minutes in all; pauses from 50 ms to 2 s. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(Duration.ofMinutes(2), Duration.ofMillis(50), Duration.ofSeconds(2));
  }

  /** This policy with another total time. */
  public RetryPolicy deliveryTimeout(Duration timeout) {
    return new RetryPolicy(timeout, initialBackoff, maxBackoff);
  }

  /** This policy with other pauses. */
  public RetryPolicy backoff(Duration initial, Duration max) {
    return new RetryPolicy(deliveryTimeout, initial, max);
  }

  private static void requirePositive(String name, Duration value) {
    if (value.compareTo(LEAST) < 0) {
      throw new IllegalArgumentException(name + " is 1 ms or more, not " + value);
    }
  }
}
