package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Tells since when a producer has been silent. Append times come from the clock of the machine, so
 * that they count across restarts. If this clock steps forward while the broker runs, every
 * producer would look silent for the length of the step, those with batches in flight included. So
 * a step is compared with the monotonic time, and does not count as silence. Any thread; takes no
 * lock.
 *
 * <p>A step while the broker is stopped is not seen. A step back is not corrected: producers are
 * remembered longer. Neither is the time in which the machine was suspended, because the monotonic
 * time of Linux does not contain it.
 */
final class SilenceClock {

  /** The two clocks are not read at once; a smaller difference can be a pause between the reads. */
  static final Duration TOLERANCE = Duration.ofSeconds(1);

  private static final long TOLERANCE_MICROS = TOLERANCE.toNanos() / 1000;

  /**
   * The steps so far.
   *
   * @param aheadMicros the clock less the monotonic time, after the last step
   * @param steppedMicros the sum of the last steps forward
   * @param lastNanos the monotonic time at which the last step forward was seen
   */
  private record Steps(long aheadMicros, long steppedMicros, long lastNanos) {}

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration longest;
  private final AtomicReference<Steps> steps;

  /**
   * @param nanoTime a monotonic time, as {@link System#nanoTime}
   * @param longest the longest silence of interest; steps before it are forgotten
   */
  SilenceClock(InstantSource clock, LongSupplier nanoTime, Duration longest) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.longest = longest;
    long nanos = nanoTime.getAsLong();
    this.steps = new AtomicReference<>(new Steps(aheadMicros(nowMicros(), nanos), 0, nanos));
  }

  /**
   * The append time before which a producer has been silent for a time.
   *
   * @param silence at most the longest one
   * @return microseconds since 1970-01-01T00:00Z
   */
  long silentBeforeMicros(Duration silence) {
    while (true) {
      Steps seen = steps.get();
      long micros = nowMicros();
      long nanos = nanoTime.getAsLong();
      Steps now = next(seen, micros, nanos);
      // Another thread that has seen a step may have read the clocks later.
      if (now == seen || steps.compareAndSet(seen, now)) {
        return micros - silence.toNanos() / 1000 - steppedWithin(silence, now, nanos);
      }
    }
  }

  private Steps next(Steps seen, long micros, long nanos) {
    long ahead = aheadMicros(micros, nanos);
    long step = ahead - seen.aheadMicros();
    if (Math.abs(step) <= TOLERANCE_MICROS) {
      return seen;
    }
    return step < 0
        ? new Steps(ahead, seen.steppedMicros(), seen.lastNanos())
        : new Steps(ahead, steppedWithin(longest, seen, nanos) + step, nanos);
  }

  private static long steppedWithin(Duration time, Steps steps, long nanos) {
    return nanos - steps.lastNanos() <= time.toNanos() ? steps.steppedMicros() : 0;
  }

  private long nowMicros() {
    return EpochMicros.of(clock.instant());
  }

  private static long aheadMicros(long micros, long nanos) {
    return micros - nanos / 1000;
  }
}
