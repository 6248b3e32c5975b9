package io.millrace.server.quota;

import java.util.concurrent.TimeUnit;

/**
 * The use of a quota of bytes per second: a token bucket, kept as the moment at which all bytes so
 * far are paid at the rate (the generic cell rate algorithm, ITU-T I.371). Any thread.
 *
 * <p>A subject that has used nothing for one second may use the quota of one second at once. What
 * it uses beyond that is a debt, which time pays. The debt is limited to {@link #MAX_DEBT_NANOS};
 * what exceeds it is forgiven, so that one large batch does not stop a slow subject for hours.
 */
public final class ByteRate {

  /** The time whose quota may be used at once. */
  static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The largest debt, as the time that pays it. */
  static final long MAX_DEBT_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long bytesPerSecond;

  /** The moment at which the bytes so far are paid. */
  private long paidNanos;

  private long bytes;
  private long delayedNanos;

  /**
   * @param nowNanos the present moment of the clock whose moments the other methods get
   */
  ByteRate(long bytesPerSecond, long nowNanos) {
    this.bytesPerSecond = bytesPerSecond;
    this.paidNanos = nowNanos - BURST_NANOS;
  }

  /** The quota. */
  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /**
   * Counts bytes that the subject has used.
   *
   * @param used at most 1 GiB
   * @return nanoseconds until all bytes so far are paid, at most one minute; 0 within the quota
   */
  public synchronized long charge(long used, long nowNanos) {
    long paidBefore = Math.max(paidNanos - nowNanos, -BURST_NANOS);
    long debt = Math.min(paidBefore + used * NANOS_PER_SECOND / bytesPerSecond, MAX_DEBT_NANOS);
    bytes += used;
    delayedNanos += Math.max(0, debt) - Math.max(0, paidBefore);
    paidNanos = nowNanos + debt;
    return Math.max(0, debt);
  }

  /** Nanoseconds until all bytes so far are paid; 0 within the quota. */
  public synchronized long delayNanos(long nowNanos) {
    return Math.max(0, paidNanos - nowNanos);
  }

  /** Bytes that the subject has used. */
  public synchronized long bytes() {
    return bytes;
  }

  /** The time in which the subject was or is delayed, with the delay that is still to come. */
  public synchronized long delayedNanos() {
    return delayedNanos;
  }

  /** Whether the subject has its whole burst again, so that nothing is lost without this object. */
  synchronized boolean isSettled(long nowNanos) {
    return paidNanos - nowNanos <= -BURST_NANOS;
  }
}
