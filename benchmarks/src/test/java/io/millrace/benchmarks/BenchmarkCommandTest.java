package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
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

  @Test
  void aPeerWithoutTlsIsAUsageErrorOfARunOverTls(@TempDir Path programs) throws IOException {
    Files.createFile(
        programs.resolve("redis-server"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    StringWriter errors = new StringWriter();

    int exitCode =
        commandLine(programs.toString(), errors)
            .execute("--root", root.toString(), "--tls", "--vs", "kafka,redis");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(errors.toString()).contains("--tls: the only peer", "kafka");
    assertThat(root).isEmptyDirectory();
  }

  private int execute(StringWriter errors, String peers) {
    return commandLine(NOTHING_INSTALLED, errors).execute("--root", root.toString(), "--vs", peers);
  }

  private static CommandLine commandLine(String searchPath, StringWriter errors) {
    return BenchmarkCommand.commandLine(searchPath).setErr(new PrintWriter(errors, true));
  }
}
