package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ExitCode;

class BenchCommandTest {

  private static final String NOTHING_INSTALLED = "";

  @TempDir Path root;

  @Test
  void aPeerWhoseProgramIsMissingIsAUsageErrorBeforeAnythingRuns() {
    StringWriter errors = new StringWriter();

    int exitCode = execute(errors, "kafka,redis");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("redis-server is not on the PATH");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void anUnknownPeerIsAUsageErrorThatNamesTheOthers() {
    StringWriter errors = new StringWriter();

    int exitCode = execute(errors, "kafka,postgres");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("postgres", "REDIS");
  }

  private int execute(StringWriter errors, String peers) {
    return BenchCommand.commandLine(NOTHING_INSTALLED)
        .setErr(new PrintWriter(errors, true))
        .execute("--root", root.toString(), "--vs", peers);
  }
}
