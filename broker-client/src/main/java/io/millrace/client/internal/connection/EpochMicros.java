package io.millrace.client.internal.connection;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Microseconds since the epoch, UTC: how times travel. */
public final class EpochMicros {

  private static final long PER_SECOND = 1_000_000;
  private static final long NANOS = 1000;

  private EpochMicros() {}

  /**
   * @throws IllegalArgumentException if 64 bits are not enough
   */
  public static long of(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / NANOS);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          instant
              + " is too far from 1970 to be counted in microseconds; expected "
              + Instant.ofEpochSecond(Long.MIN_VALUE / PER_SECOND)
              + " to "
              + toInstant(Long.MAX_VALUE),
          e);
    }
  }

  public static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
