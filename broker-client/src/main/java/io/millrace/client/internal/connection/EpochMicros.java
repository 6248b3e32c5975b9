package io.millrace.client.internal.connection;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Converts times to and from the protocol's form: microseconds since the epoch, UTC. */
public final class EpochMicros {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1000;

  private EpochMicros() {}

  /**
   * The microseconds of an instant; smaller units are cut off.
   *
   * @throws IllegalArgumentException if 64 bits are not enough
   */
  public static long of(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
          instant.getNano() / NANOS_PER_MICRO);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          instant
              + " is too far from 1970 to be counted in microseconds; expected "
              + Instant.ofEpochSecond(Long.MIN_VALUE / MICROS_PER_SECOND)
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
