package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class NanosTest {

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void usualDurationsAreExact() {
    assertThat(Nanos.of(Duration.ZERO)).isZero();
    assertThat(Nanos.of(Duration.ofSeconds(30, 1))).isEqualTo(30_000_000_001L);
    assertThat(Nanos.of(Duration.ofNanos(-1))).isEqualTo(-1);
    assertThat(Nanos.of(Duration.ofNanos(Nanos.MOST - 1))).isEqualTo(Nanos.MOST - 1);
  }

  @Test
  void whatIsTooLongIsCut() {
    assertThat(Nanos.of(FOREVER)).isEqualTo(Nanos.MOST);
    assertThat(Nanos.of(FOREVER.negated())).isEqualTo(-Nanos.MOST);
    assertThat(Nanos.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo(-Nanos.MOST);
  }

  @Test
  void momentForEverAwayIsStillAheadOfEveryOther() {
    for (long now : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      long deadline = now + Nanos.of(FOREVER);
      long before = now - Nanos.of(FOREVER);
      long aYear = Duration.ofDays(365).toNanos();
      assertThat(deadline - (now - aYear)).isPositive();
      assertThat(deadline - (now + aYear)).isPositive();
      assertThat(before - (now - aYear)).isNegative();
      assertThat(before - (now + aYear)).isNegative();
    }
  }
}
