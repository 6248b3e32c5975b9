package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

  @ParameterizedTest
  @CsvSource({
    "0s,0",
    "50ms,50",
    "10s,10000",
    "90s,90000",
    "5m,300000",
    "12h,43200000",
    "7d,604800000"
  })
  void textAndDurationStandForEachOther(String text, long millis) {
    assertThat(TimeSpan.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(TimeSpan.format(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void aWeekIsReadAndWrittenAsDays() {
    assertThat(TimeSpan.parse("2w")).isEqualTo(Duration.ofDays(14));
    assertThat(TimeSpan.format(TimeSpan.parse("2w"))).isEqualTo("14d");
  }

  @Test
  void theLargestDurationDoesNotOverflow() {
    assertThat(TimeSpan.parse("999999999w")).isPositive();
  }

  @Test
  void aDurationWithoutMillisecondsInALongHasAText() {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(TimeSpan.format(longest)).isEqualTo(longest.toString());
    assertThat(TimeSpan.format(Duration.ofMillis(Long.MAX_VALUE))).endsWith("ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "1.5h", "10 seconds", "10S", "1h30m"})
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> TimeSpan.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not a duration")
        .hasMessageContaining("ms, s, m, h, d or w, such as 10s");
  }
}
