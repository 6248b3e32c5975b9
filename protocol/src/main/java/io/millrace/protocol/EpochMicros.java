package io.millrace.protocol;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A time as the formats hold it: microseconds since 1970-01-01T00:00:00Z. */
public final class EpochMicros {

  private static final long PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1000;

  private EpochMicros() {}

  /**
   * Converts an instant. Nanoseconds are truncated.
   *
   * @throws IllegalArgumentException if the result does not fit into 64 bits
   */
  public static long of(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), PER_SECOND),
          instant.getNano() / NANOS_PER_MICRO);
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

  /** The instant of a number of microseconds. */
  public static Instant toInstant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
