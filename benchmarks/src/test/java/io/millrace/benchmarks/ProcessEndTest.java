package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProcessEndTest {

  @Test
  @Timeout(300)
  void killsProcessesThatDoNotEnd() throws Exception {
    Process willing = shell("exec cat");
    Process stubborn = shell("trap '' TERM; echo ready; while read line; do :; done");
    assertThat(stubborn.inputReader().readLine()).isEqualTo("ready");

    ProcessEnd.terminate(List.of(willing.toHandle(), stubborn.toHandle()), Duration.ofSeconds(2));

    assertThat(willing.waitFor()).as("SIGTERM").isEqualTo(128 + 15);
    assertThat(stubborn.waitFor()).as("SIGKILL").isEqualTo(128 + 9);
  }

  private static Process shell(String command) throws IOException {
    return new ProcessBuilder("sh", "-c", command).start();
  }
}
