package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import java.time.Duration;
import java.time.InstantSource;

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
  private final InstantSource clock;

  ProducerMemory(MemoryShare share, Duration expiry, InstantSource clock) {
    this.share = share;
    this.expiry = expiry;
    this.clock = clock;
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
    return EpochMicros.of(clock.instant().minus(pressed ? PRESSED_EXPIRY : expiry));
  }
}
