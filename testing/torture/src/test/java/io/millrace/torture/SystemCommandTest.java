package io.millrace.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.torture.SystemCommand.Outcome;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SystemCommandTest {

  @Test
  void theOutcomeHasTheExitCodeAndWhatTheCommandPrinted() throws Exception {
    assertThat(SystemCommand.run("sh", "-c", "echo out; echo error >&2; exit 3"))
        .isEqualTo(new Outcome(3, "out\nerror"));
  }

  @Test
  void aCommandThatDoesNotEndIsReported() {
    assertThatThrownBy(() -> SystemCommand.run(Duration.ofSeconds(1), "sleep", "120"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sleep 120 did not end in 1 s");
  }
}
