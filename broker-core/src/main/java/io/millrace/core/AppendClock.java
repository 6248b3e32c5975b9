package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import io.millrace.storage.LogId;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of a log's append times, which never go back. Owner thread. */
final class AppendClock {

  /** A smaller difference is not reported. */
  private static final long TOLERANCE_MICROS = 60_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(AppendClock.class);

  private final InstantSource clock;
  private final LogId log;
  private boolean reported;

  AppendClock(InstantSource clock, LogId log) {
    this.clock = clock;
    this.log = log;
  }

  /**
   * The time now, or the newest append time if the clock is behind it.
   *
   * @param newestMicros newest append time in the log
   * @return microseconds since 1970-01-01T00:00Z
   */
  long next(long newestMicros) {
    long now = EpochMicros.of(clock.instant());
    if (now < newestMicros - TOLERANCE_MICROS && !reported) {
      reported = true;
      LOG.warn(
          "event=clock_behind_log log={} seconds={} reason=\"the clock is behind the newest append"
              + " time; until it has caught up, events get that time and are kept that much"
              + " longer\"",
          log,
          (newestMicros - now) / 1_000_000);
    }
    return Math.max(newestMicros, now);
  }
}
