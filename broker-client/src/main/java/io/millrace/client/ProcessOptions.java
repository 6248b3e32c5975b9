package io.millrace.client;

import java.time.Duration;
import java.util.Objects;

/**
 * How {@link GroupConsumer#process} runs a handler. Immutable: each method returns changed options.
 *
 * @param parallelism the number of threads that run the handler, 1 to 1,024
 * @param ordering which events wait for each other
 * @param maxInFlightEvents the maximum number of events that wait or run
 * @param maxInFlightBytes the maximum size of keys and values of events that wait or run; the last
 *     event may exceed it
 * @param attempts how often the handler is called for an event before it counts as failed
 * @param firstPause the pause before the second attempt; it doubles with each attempt
 * @param longestPause the longest pause
 * @param drain how long running handlers are waited for when their partition moves or the consumer
 *     is closed. Then the partition is given up, and the events come again
 */
public record ProcessOptions(
    int parallelism,
    Ordering ordering,
    int maxInFlightEvents,
    long maxInFlightBytes,
    int attempts,
    Duration firstPause,
    Duration longestPause,
    Duration drain) {

  private static final int MAX_PARALLELISM = 1024;

  /** Which events wait for each other. */
  public enum Ordering {
    /** The events of a partition are processed one after the other, by offset. */
    PARTITION,
    /**
     * Events of a partition with equal keys are processed one after the other, by offset. Events
     * without a key wait for nothing.
     */
    KEY,
    /** No event waits for another one. */
    NONE
  }

  public ProcessOptions {
    requireBetween("parallelism", parallelism, 1, MAX_PARALLELISM);
    Objects.requireNonNull(ordering, "ordering");
    requireBetween("maxInFlightEvents", maxInFlightEvents, 1, Integer.MAX_VALUE);
    requireBetween("maxInFlightBytes", maxInFlightBytes, 1, Long.MAX_VALUE);
    requireBetween("attempts", attempts, 1, Integer.MAX_VALUE);
    requireNotNegative("firstPause", firstPause);
    requireNotNegative("longestPause", longestPause);
    requireNotNegative("drain", drain);
  }

  /**
   * The defaults: one attempt, at most 1,000 events and 16 MiB in flight, a drain time of 30 s.
   *
   * @param parallelism the number of threads, 1 to 1,024
   * @throws IllegalArgumentException if it is out of range
   */
  public static ProcessOptions of(int parallelism, Ordering ordering) {
    return new ProcessOptions(
        parallelism,
        ordering,
        1000,
        16L << 20,
        1,
        Duration.ofMillis(100),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }

  /**
   * Changes the limits for events that wait or run.
   *
   * @param events 1 or more
   * @param bytes 1 or more
   * @throws IllegalArgumentException if one is out of range
   */
  public ProcessOptions maxInFlight(int events, long bytes) {
    return new ProcessOptions(
        parallelism, ordering, events, bytes, attempts, firstPause, longestPause, drain);
  }

  /**
   * Calls the handler again after it has failed. Events that wait for the failed one wait longer;
   * all others continue.
   *
   * @param attempts the number of calls, the first one included
   * @param firstPause the pause before the second call; it doubles with each call
   * @param longestPause the longest pause
   * @throws IllegalArgumentException if one is out of range
   */
  public ProcessOptions retry(int attempts, Duration firstPause, Duration longestPause) {
    return new ProcessOptions(
        parallelism,
        ordering,
        maxInFlightEvents,
        maxInFlightBytes,
        attempts,
        firstPause,
        longestPause,
        drain);
  }

  /**
   * Changes how long running handlers are waited for.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ProcessOptions drain(Duration limit) {
    return new ProcessOptions(
        parallelism,
        ordering,
        maxInFlightEvents,
        maxInFlightBytes,
        attempts,
        firstPause,
        longestPause,
        limit);
  }

  private static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", not " + value);
    }
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must be zero or more, not " + value);
    }
  }
}
