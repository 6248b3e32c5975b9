package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoughDurationTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0.0 ms",
    "PT0.00004S, 0.0 ms",
    "PT0.0015S, 1.5 ms",
    "PT0.012S, 12 ms",
    "PT1.25S, 1.3 s",
    "PT-20S, -20 s",
    "PT119S, 119 s",
    "PT2M, 2.0 min",
    "PT2H, 2.0 h",
    "PT47H, 47 h",
    "P3D, 3.0 d",
    "P20000D, 20000 d"
  })
  void hasOneUnit(Duration duration, String text) {
    assertThat(RoughDuration.of(duration)).isEqualTo(text);
  }
}
