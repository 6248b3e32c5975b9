package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentAwayLinesTest {

  @Test
  void eachCodeHasALineAMinute() {
    SentAwayLines lines = new SentAwayLines();
    assertThat(lines.count("IDLE_TIMEOUT")).isOne();
    for (int i = 0; i < 300; i++) {
      assertThat(lines.count("IDLE_TIMEOUT")).isZero();
    }
    assertThat(lines.count("SLOW_WRITER")).as("another code").isOne();
  }
}
