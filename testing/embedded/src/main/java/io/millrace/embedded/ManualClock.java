package io.millrace.embedded;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until the test moves it. An {@link EmbeddedBroker} takes from it the
 * append times, the creation times of topics, the age of events for the retention, the silence of
 * producers, and of groups the time of lags and the retention of positions. Timeouts and intervals
 * of the broker, among them the sessions of members, and everything of the client, follow the
 * machine. Any thread.
 */
public final class ManualClock implements InstantSource {

  private final Instant start;
  private final AtomicReference<Instant> now;

  private ManualClock(Instant start) {
    this.start = start;
    this.now = new AtomicReference<>(start);
  }

  /** A clock that shows the present time of the machine. */
  public static ManualClock startingNow() {
    return startingAt(Instant.now());
  }

  /** A clock that shows this time. The broker cuts off units smaller than a microsecond. */
  public static ManualClock startingAt(Instant start) {
    return new ManualClock(start);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /**
   * Moves the clock forward.
   *
   * @param time 0 or more
   * @throws IllegalArgumentException if it is negative: append times never go back
   */
  public void advance(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("a clock moves forward, not by " + time);
    }
    now.updateAndGet(each -> each.plus(time));
  }

  /** The monotonic time that belongs to this clock, in nanoseconds. */
  long nanoTime() {
    return Duration.between(start, now.get()).toNanos();
  }

  /** The time that the clock shows. */
  @Override
  public String toString() {
    return instant().toString();
  }
}
