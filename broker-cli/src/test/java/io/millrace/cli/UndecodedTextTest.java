package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UndecodedTextTest {

  @Test
  void textsThatTheJvmHasDecodedAreAccepted() {
    assertThat(
            UndecodedText.in(
                new String[] {"produce", "wägen", "?"},
                Map.of("MILLRACE_SERVER", "brücke", "OTHER", "\uFFFD"),
                "UTF-8"))
        .isEmpty();
  }

  @Test
  void anUndecodedArgumentIsNamedWithItsPlace() {
    assertThat(UndecodedText.in(new String[] {"produce", "w\uFFFDgen"}, Map.of(), "UTF-8"))
        .hasValueSatisfying(
            message -> assertThat(message).contains("argument 2", "w\uFFFDgen", "not valid UTF-8"));
  }

  @Test
  void anotherLocaleIsNamedWithTheNextStep() {
    assertThat(
            UndecodedText.in(
                new String[] {"server"},
                Map.of("MILLRACE_DATADIR", "\uFFFD\uFFFD"),
                "ANSI_X3.4-1968"))
        .hasValueSatisfying(
            message ->
                assertThat(message)
                    .contains("MILLRACE_DATADIR", "ANSI_X3.4-1968", "LC_ALL=C.UTF-8"));
  }
}
