package io.millrace.client.internal.connection;

import java.time.Duration;

/** Converts durations to nanoseconds for comparisons with {@link System#nanoTime()}. */
public final class DurationNanos {

  /**
   * The longest duration, 146 years. It is half of {@link Long#MAX_VALUE}, so that the difference
   * of two times does not overflow.
   */
  static final long MAX = Long.MAX_VALUE / 2;

  private static final Duration LONGEST = Duration.ofNanos(MAX);

  private DurationNanos() {}

  /** The nanoseconds of a duration, at most {@link #MAX} and at least {@code -MAX}. */
  public static long capped(Duration duration) {
    if (duration.compareTo(LONGEST) >= 0) {
      return MAX;
    }
    return duration.compareTo(LONGEST.negated()) <= 0 ? -MAX : duration.toNanos();
  }
}
