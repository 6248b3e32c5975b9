package io.millrace.client.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MicrosTest {

  @Test
  void timesBeforeAndAfterTheEpochKeepTheirMicroseconds() {
    for (long micros : new long[] {0, 1, -1, 1_999_999, -1_000_001, Long.MAX_VALUE, -1L << 62}) {
      assertThat(Micros.of(Micros.toInstant(micros))).isEqualTo(micros);
    }
  }

  @Test
  void nanosecondsAreCutOff() {
    assertThat(Micros.of(Instant.ofEpochSecond(1, 1999))).isEqualTo(1_000_001);
  }

  @Test
  void timesBeyondSixtyFourBitsAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Micros.of(Instant.MAX));
  }
}
