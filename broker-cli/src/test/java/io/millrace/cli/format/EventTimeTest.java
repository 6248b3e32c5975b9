package io.millrace.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2015-09-12T00:46:58.771Z,2015-09-12T00:46:58.771000Z",
    "2015-09-12T00:46:58Z,2015-09-12T00:46:58.000000Z",
    "2015-09-12t00:46:58z,2015-09-12T00:46:58.000000Z",
    "2015-09-12T00:46Z,2015-09-12T00:46:00.000000Z",
    "2015-09-12T02:46:58+02:00,2015-09-12T00:46:58.000000Z",
    "2015-09-12T02:46:58+0200,2015-09-12T00:46:58.000000Z",
    "2015-09-12T02:46:58+02,2015-09-12T00:46:58.000000Z",
    "2015-09-12 00:46:58,2015-09-12T00:46:58.000000Z",
    "2015-09-12,2015-09-12T00:00:00.000000Z",
    "2015-09-12T00:46:58.123456Z,2015-09-12T00:46:58.123456Z",
    "2015-09-12T00:46:58.1234564Z,2015-09-12T00:46:58.123456Z",
    "2015-09-12T00:46:58.1234565Z,2015-09-12T00:46:58.123457Z",
    "2015-12-31T23:59:59.999999999Z,2016-01-01T00:00:00.000000Z",
    "1969-12-31T23:59:59.999999Z,1969-12-31T23:59:59.999999Z",
    "+12345-06-07T08:09:10.000011Z,+12345-06-07T08:09:10.000011Z",
  })
  void isoIsReadWithOrWithoutAZone(String text, String expected) {
    assertThat(EventTime.format(EventTime.parse(text))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1594598424,1594598424000000",
    "1594598424.5023336,1594598424502334",
    "1594598424.7576046,1594598424757605",
    "1.594598424386E9,1594598424386000",
    "1594598424.3859999,1594598424386000",
    "99999999999,99999999999000000",
    "1446249499322,1446249499322000",
    "100000000000,100000000000000",
    "1446249499322.5,1446249499322500",
    "1446249499322123,1446249499322123",
    "1446249499322123499,1446249499322123",
    "1446249499322123500,1446249499322124",
    "-1.5,-1500000",
  })
  void theMagnitudeOfANumberDeterminesItsUnit(String text, long micros) {
    assertThat(EventTime.parse(text)).isEqualTo(micros);
    assertThat(EventTime.ofNumber(text)).isEqualTo(micros);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2015-13-01T00:00:00.000000Z",
        "2015-02-30T00:00:00.000000Z",
        "2015-02-29",
        "2015-01-01T24:00:00.000000Z",
        "2015-01-01T00:60:00.000000Z",
        "2015-01-01T00:00:61Z",
        "1e999999999",
        "1e-999999999",
        "99999999999999999999999",
        "-",
        "1.2.3",
        "NaN",
        "0x10",
      })
  void anythingElseIsRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> EventTime.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a time")
        .hasMessageContaining("2026-11-22T09:30:00.123456Z");
  }

  @Test
  void everyWrittenTimeIsReadBack() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long micros = random.nextLong() >> random.nextInt(40);
      assertThat(EventTime.parse(EventTime.format(micros)))
          .as("seed %d, %d micros", seed, micros)
          .isEqualTo(micros);
    }
  }

  @Test
  void theEndsOfTheRangeAreReadBack() {
    for (long micros : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -1, 0}) {
      assertThat(EventTime.parse(EventTime.format(micros))).isEqualTo(micros);
      assertThat(EventTime.ofInstant(EventTime.toInstant(micros))).isEqualTo(micros);
    }
  }
}
