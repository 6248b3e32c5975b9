package io.millrace.core;

import java.time.Instant;

/** Conversions between instants and the form that is stored: microseconds since the epoch, UTC. */
final class Micros {

  private Micros() {}

  static long of(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1_000L);
  }
}
