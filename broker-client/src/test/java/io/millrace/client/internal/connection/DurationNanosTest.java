package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DurationNanosTest {

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void usualDurationsAreExact() {
    assertThat(DurationNanos.of(Duration.ZERO)).isZero();
    assertThat(DurationNanos.of(Duration.ofSeconds(30, 1))).isEqualTo(30_000_000_001L);
    assertThat(DurationNanos.of(Duration.ofNanos(-1))).isEqualTo(-1);
    assertThat(DurationNanos.of(Duration.ofNanos(DurationNanos.MOST - 1)))
        .isEqualTo(DurationNanos.MOST - 1);
  }

  @Test
  void whatIsTooLongIsCut() {
    assertThat(DurationNanos.of(FOREVER)).isEqualTo(DurationNanos.MOST);
    assertThat(DurationNanos.of(FOREVER.negated())).isEqualTo(-DurationNanos.MOST);
    assertThat(DurationNanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-DurationNanos.MOST);
  }

  @Test
  void momentForEverAwayIsStillAheadOfEveryOther() {
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      long deadline = now + DurationNanos.of(FOREVER);
      long before = now - DurationNanos.of(FOREVER);
      long aYear = Duration.ofDays(365).toNanos();
      assertThat(deadline - (now - aYear)).isPositive();
      assertThat(deadline - (now + aYear)).isPositive();
      assertThat(before - (now - aYear)).isNegative();
      assertThat(before - (now + aYear)).isNegative();
    }
  }
}
