package io.millrace.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluralTest {

  @ParameterizedTest
  @CsvSource({
    "0, event, 0 events",
    "1, event, 1 event",
    "2, event, 2 events",
    "-1, event, -1 events",
    "1, whole batch, 1 whole batch",
    "12345, whole batch, '12,345 whole batches'",
  })
  void onlyOneIsInTheSingular(long number, String noun, String text) {
    assertThat(Plural.of(number, noun)).isEqualTo(text);
  }
}
