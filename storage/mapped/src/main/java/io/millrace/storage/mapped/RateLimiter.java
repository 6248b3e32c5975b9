package io.millrace.storage.mapped;

import java.util.function.LongSupplier;

/**
 * Spreads reading over time. Time that was not used is not made up for, so that the rate holds in
 * every moment. One thread.
 */
final class RateLimiter {

  private static final double NANOS_PER_SECOND = 1e9;

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private long began;

  /**
   * @param bytesPerSecond at least 1
   * @param nanoTime as {@link System#nanoTime()}
   */
  RateLimiter(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
  }

  /** Before a step. */
  void begin() {
    began = nanoTime.getAsLong();
  }

  /** How long to rest after a step that has read so many bytes, in nanoseconds. */
  long restNanos(long bytes) {
    long due = (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    return Math.max(0, due - (nanoTime.getAsLong() - began));
  }
}
