package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DurationNanosTest {

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void usualDurationsAreExact() {
    assertThat(DurationNanos.capped(Duration.ZERO)).isZero();
    assertThat(DurationNanos.capped(Duration.ofSeconds(30, 1))).isEqualTo(30_000_000_001L);
    assertThat(DurationNanos.capped(Duration.ofNanos(-1))).isEqualTo(-1);
    assertThat(DurationNanos.capped(Duration.ofNanos(DurationNanos.MAX - 1)))
        .isEqualTo(DurationNanos.MAX - 1);
  }

  @Test
  void longDurationsAreCapped() {
    assertThat(DurationNanos.capped(FOREVER)).isEqualTo(DurationNanos.MAX);
    assertThat(DurationNanos.capped(FOREVER.negated())).isEqualTo(-DurationNanos.MAX);
    assertThat(DurationNanos.capped(Duration.ofSeconds(Long.MIN_VALUE)))
        .isEqualTo(-DurationNanos.MAX);
  }

  @Test
  void farthestDeadlineIsAfterEveryOtherMoment() {
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      long deadline = now + DurationNanos.capped(FOREVER);
      long before = now - DurationNanos.capped(FOREVER);
      long aYear = Duration.ofDays(365).toNanos();
      assertThat(deadline - (now - aYear)).isPositive();
      assertThat(deadline - (now + aYear)).isPositive();
      assertThat(before - (now - aYear)).isNegative();
      assertThat(before - (now + aYear)).isNegative();
    }
  }
}
