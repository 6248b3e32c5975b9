package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

  private static final List<String> KNOWN =
      List.of("retentionTime", "retentionBytes", "segmentBytes", "ab", "copy", "tail");

  @ParameterizedTest
  @CsvSource({
    "retentionTim, retentionTime",
    "retentiontime, retentionTime",
    "retenionBtes, retentionBytes",
    "segmentByets, segmentBytes",
    "segmentBits, segmentBytes",
    "aa, ab",
    "tial, tail",
    "copyy, copy",
  })
  void aSlipFindsTheName(String name, String meant) {
    assertThat(NearestName.of(name, KNOWN)).contains(meant);
    assertThat(NearestName.suggestion(name, KNOWN)).isEqualTo("; did you mean '" + meant + "'?");
  }

  @ParameterizedTest
  @CsvSource({"retention", "flushInterval", "zz", "''", "nope", "tool"})
  void aStrangerFindsNone(String name) {
    assertThat(NearestName.of(name, KNOWN)).isEmpty();
    assertThat(NearestName.suggestion(name, KNOWN)).isEmpty();
  }

  @Test
  void theCloserOfTwoIsNamed() {
    assertThat(NearestName.of("topic-12", List.of("topic-99", "topic-11"))).contains("topic-11");
  }
}
