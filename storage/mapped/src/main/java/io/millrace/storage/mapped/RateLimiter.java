package io.millrace.storage.mapped;

import java.util.function.LongSupplier;

/**
 * Limits the rate at which bytes are read. Unused time gives no credit, so the rate holds at every
 * moment and not only on average. One thread.
 */
final class RateLimiter {

  private static final double NANOS_PER_SECOND = 1e9;

  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private long startNanos;

  /**
   * @param bytesPerSecond at least 1
   * @param nanoTime a clock like {@link System#nanoTime()}
   */
  RateLimiter(long bytesPerSecond, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
  }

  /** Marks the start of a step. */
  void begin() {
    startNanos = nanoTime.getAsLong();
  }

  /** How long to wait after a step that read this many bytes, in nanoseconds. */
  long waitNanos(long bytes) {
    long due = (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    return Math.max(0, due - (nanoTime.getAsLong() - startNanos));
  }
}
