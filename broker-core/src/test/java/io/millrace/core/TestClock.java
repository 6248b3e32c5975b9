package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import java.time.Duration;
import java.time.Instant;

/** The clock of a machine, which a test moves forward and back, and a monotonic time. */
final class TestClock implements BrokerClock {

  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private volatile long nanos = -1;

  @Override
  public Instant instant() {
    return now;
  }

  /** Time passes; back, as no monotonic time does, if negative. */
  void move(Duration by) {
    nanos += by.toNanos();
    step(by);
  }

  /** The clock is set, and no time passes. */
  void step(Duration by) {
    now = now.plus(by);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  long micros() {
    return EpochMicros.of(now);
  }
}
