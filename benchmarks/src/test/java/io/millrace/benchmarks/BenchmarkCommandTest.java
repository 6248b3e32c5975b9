package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.ExitCode;

class BenchmarkCommandTest {

  private static final String NOTHING_INSTALLED = "";

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({"redis, redis-server", "RabbitMQ, rabbitmq-server", "nats, nats-server"})
  void aMissingProgramIsAUsageErrorBeforeAnythingRuns(String peer, String program) {
    StringWriter errors = new StringWriter();

    int exitCode = execute(errors, "kafka," + peer);

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains(program + " is not on the PATH");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void anUnknownPeerIsAUsageErrorThatListsTheOthers() {
    StringWriter errors = new StringWriter();

    int exitCode = execute(errors, "kafka,postgres");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("postgres", "REDIS");
  }

  private int execute(StringWriter errors, String peers) {
    return BenchmarkCommand.commandLine(NOTHING_INSTALLED)
        .setErr(new PrintWriter(errors, true))
        .execute("--root", root.toString(), "--vs", peers);
  }
}
