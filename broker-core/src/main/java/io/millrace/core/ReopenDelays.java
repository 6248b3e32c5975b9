package io.millrace.core;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * The delays before the attempts to open a log again. The first attempt has none. The delay of the
 * second is at most {@value #FIRST_MS} ms; each later limit is twice the previous limit, up to
 * {@value #MAX_MS} ms. Each delay is shortened at random by up to half, so that two brokers do not
 * try at the same moments. Owner thread.
 *
 * <p>A log that is fenced again soon after it was opened continues the series. When a log has been
 * open for {@value #MAX_MS} ms, the next failure begins a new series.
 */
final class ReopenDelays {

  static final long FIRST_MS = 100;
  static final long MAX_MS = 30_000;

  private final LongSupplier nanoTime;
  private final LongUnaryOperator random;
  private int attempts;
  private boolean open;
  private long openedNanos;

  /**
   * @param random a number from 0 to below its argument
   */
  ReopenDelays(LongSupplier nanoTime, LongUnaryOperator random) {
    this.nanoTime = nanoTime;
    this.random = random;
  }

  /** The delay before the next attempt, in milliseconds. */
  long nextMs() {
    if (open && nanoTime.getAsLong() - openedNanos >= TimeUnit.MILLISECONDS.toNanos(MAX_MS)) {
      attempts = 0;
    }
    open = false;
    int before = attempts++;
    if (before == 0) {
      return 0;
    }
    long limit = before > 20 ? MAX_MS : Math.min(MAX_MS, FIRST_MS << (before - 1));
    return limit - random.applyAsLong(limit / 2 + 1);
  }

  /** The attempts of this series. */
  int attempts() {
    return attempts;
  }

  /** An attempt has succeeded. */
  void opened() {
    open = true;
    openedNanos = nanoTime.getAsLong();
  }
}
