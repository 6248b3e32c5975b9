package io.millrace.client.internal.producer;

import io.millrace.protocol.EpochMicros;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clock for events without an event time, in microseconds since the epoch. It reads the wall
 * clock once a millisecond, and adds the time of the nanosecond clock since then. A read of the
 * nanosecond clock costs half as much as a read of the wall clock. Measured with 100-byte events:
 * 10 % of the time of {@code send} instead of 20 %. Any thread.
 */
public final class EventClock {

  /**
   * How long a reading of the wall clock is used. After the wall clock is set, the events get the
   * new time at the latest after this duration.
   */
  private static final long MAX_AGE_NANOS = 1_000_000;

  private static final long NANOS_PER_MICRO = 1000;

  private final InstantSource wall;
  private final LongSupplier nanos;
  private volatile Reading reading;

  /**
   * Both clocks at one moment.
   *
   * @param nanos the nanosecond clock
   * @param micros the wall clock, in microseconds since the epoch
   */
  private record Reading(long nanos, long micros) {}

  EventClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.reading = new Reading(nanos.getAsLong(), EpochMicros.of(wall.instant()));
  }

  /** The clock of the system. */
  public static EventClock system() {
    return new EventClock(InstantSource.system(), System::nanoTime);
  }

  /** The present time in microseconds since the epoch, UTC. */
  long micros() {
    long now = nanos.getAsLong();
    Reading last = reading;
    long age = now - last.nanos;
    if (age < 0 || age >= MAX_AGE_NANOS) {
      last = new Reading(now, EpochMicros.of(wall.instant()));
      reading = last;
      age = 0;
    }
    return last.micros + age / NANOS_PER_MICRO;
  }
}
