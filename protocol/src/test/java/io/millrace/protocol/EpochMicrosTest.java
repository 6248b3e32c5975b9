package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EpochMicrosTest {

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        -1,
        1_999_999,
        -1_000_001,
        Long.MAX_VALUE,
        -1L << 62,
        Long.MIN_VALUE / 1_000_000 * 1_000_000
      })
  void timesBeforeAndAfterTheEpochKeepTheirMicroseconds(long micros) {
    assertThat(EpochMicros.of(EpochMicros.toInstant(micros))).isEqualTo(micros);
  }

  @Test
  void nanosecondsAreTruncated() {
    assertThat(EpochMicros.of(Instant.ofEpochSecond(1, 1999))).isEqualTo(1_000_001);
  }

  @Test
  void timesBeyondSixtyFourBitsAreRefused() {
    for (Instant beyond : new Instant[] {Instant.MIN, Instant.MAX}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> EpochMicros.of(beyond))
          .withMessageContaining("-290308-12-21T19:59:06Z to +294247-01-10T04:00:54.775807Z");
    }
  }
}
