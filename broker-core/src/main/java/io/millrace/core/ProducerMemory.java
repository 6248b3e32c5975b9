package io.millrace.core;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The memory of the producers that all partitions remember, and the time after which a silent one
 * is forgotten. Any thread.
 *
 * <p>When {@value #PRESSED_FROM} of the share are used, the time is at most {@link
 * #PRESSED_EXPIRY}.
 */
final class ProducerMemory {

  static final double PRESSED_FROM = 0.75;
  static final Duration PRESSED_EXPIRY = Duration.ofMinutes(15);

  private final MemoryShare share;
  private final Duration expiry;
  private final SilenceClock clock;

  /**
   * @param clock the clock of the append times
   * @param nanoTime a monotonic time, as {@link System#nanoTime}
   */
  ProducerMemory(MemoryShare share, Duration expiry, InstantSource clock, LongSupplier nanoTime) {
    this.share = share;
    this.expiry = expiry;
    this.clock = new SilenceClock(clock, nanoTime, expiry);
  }

  /** A reservation for one partition, empty at first. */
  MemoryReservation reservation() {
    return new MemoryReservation(share);
  }

  MemoryShare share() {
    return share;
  }

  /** A producer whose last batch was appended before this time is forgotten. */
  long forgottenBeforeMicros() {
    boolean pressed = share.isFullerThan(PRESSED_FROM) && PRESSED_EXPIRY.compareTo(expiry) < 0;
    return clock.silentBeforeMicros(pressed ? PRESSED_EXPIRY : expiry);
  }
}
