package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text from outside cannot change the form of a message or of a log line. */
class QuotedTest {

  @Test
  void aTextIsPrintableAndShort() {
    assertThat(Quoted.text("a\nb\u001b")).isEqualTo("'a?b?'");
    assertThat(Quoted.text("x".repeat(61))).isEqualTo("'" + "x".repeat(60) + "...' (61 chars)");
  }

  @Test
  void aLogValueCannotEndItself() {
    assertThat(Quoted.logValue("x")).isEqualTo("\"x\"");
    assertThat(Quoted.logValue("x\" code=FORGED \\\n")).isEqualTo("\"x\\\" code=FORGED \\\\?\"");
  }
}
