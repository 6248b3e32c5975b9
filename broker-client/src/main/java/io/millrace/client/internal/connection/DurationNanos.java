package io.millrace.client.internal.connection;

import java.time.Duration;

/** Nanoseconds, as {@link System#nanoTime()} counts them. */
public final class DurationNanos {

  /**
   * What stands for ever: 146 years. Half of what 64 bits hold, so that a moment so far ahead or
   * back can still be compared with any other by subtraction.
   */
  static final long MOST = Long.MAX_VALUE / 2;

  private static final Duration LONGEST = Duration.ofNanos(MOST);

  private DurationNanos() {}

  /** A duration, cut to {@link #MOST} forward or back. */
  public static long of(Duration duration) {
    if (duration.compareTo(LONGEST) >= 0) {
      return MOST;
    }
    return duration.compareTo(LONGEST.negated()) <= 0 ? -MOST : duration.toNanos();
  }
}
