package io.millrace.client.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.EpochMicros;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventClockTest {

  private static final long START_MICROS = 1_700_000_000_000_000L;

  private long wallMicros = START_MICROS;
  private long nanos = Long.MAX_VALUE - 500_000;
  private int asked;

  private final EventClock clock =
      new EventClock(
          () -> {
            asked++;
            return EpochMicros.toInstant(wallMicros);
          },
          () -> nanos);

  @Test
  void addsTheNanosecondClockForAMillisecond() {
    nanos += 999_999;
    wallMicros += 5;

    assertThat(clock.micros()).isEqualTo(START_MICROS + 999);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void readsTheWallClockAgainAfterAMillisecond() {
    nanos += 1_000_000;
    wallMicros -= 3_600_000_000L;

    assertThat(clock.micros()).isEqualTo(START_MICROS - 3_600_000_000L);
    nanos += 7000;
    assertThat(clock.micros()).isEqualTo(START_MICROS - 3_600_000_000L + 7);
  }

  @Test
  void readsTheWallClockAgainWhenAnotherThreadHasReadLater() {
    nanos -= 1;
    wallMicros += 42;

    assertThat(clock.micros()).isEqualTo(START_MICROS + 42);
  }

  @Test
  void systemClockReturnsTheTime() {
    long before = EpochMicros.of(Instant.now());
    long now = EventClock.system().micros();

    assertThat(now).isBetween(before, EpochMicros.of(Instant.now()));
  }
}
