package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that a test moves forward and back. */
final class TestClock implements InstantSource {

  private volatile Instant now = Instant.parse("2026-11-22T10:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  void move(Duration by) {
    now = now.plus(by);
  }

  long micros() {
    return EpochMicros.of(now);
  }
}
