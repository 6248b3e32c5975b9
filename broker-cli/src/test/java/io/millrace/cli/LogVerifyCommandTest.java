package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.e2e.CommandResult;
import io.millrace.e2e.MillraceCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace log verify} on a log without an entry in the register. */
class LogVerifyCommandTest {

  private static final Path GOLDEN =
      Path.of("..", "storage", "mapped", "src", "test", "resources", "golden", "data-v2");
  private static final Path RESOURCES = Path.of("src", "test", "resources");

  @TempDir Path data;

  @BeforeEach
  void copyWithoutEntries() throws IOException {
    copy(GOLDEN, data);
    copy(RESOURCES.resolve("golden-topic"), data.resolve("states"));
    Path register = data.resolve("register");
    Files.write(register, Arrays.copyOf(Files.readAllBytes(register), 4096));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private String verify(int expectedCode) {
    CommandResult result = MillraceCommand.runAlone("log", "verify", data.toString());
    assertThat(result.exitCode()).as(result.stdoutText() + result.stderr()).isEqualTo(expectedCode);
    return result.stdoutText();
  }

  @Test
  void isDamageIfTheTopicIsServed() {
    assertThat(verify(ExitCode.FAILED)).contains("the register has no entry of this log");
  }

  /** A kill comes after the entry is removed and before the files are. */
  @Test
  void isNoDamageIfTheTopicIsBeingDeleted() throws IOException {
    copy(RESOURCES.resolve("golden-topic-deleting"), data.resolve("states"));
    assertThat(verify(ExitCode.OK)).contains("no damage");
  }

  /** A kill comes after the manifest is written and before the entry. */
  @Test
  void isNoDamageIfTheTopicIsBeingCreated() throws IOException {
    copy(RESOURCES.resolve("golden-topic-creating"), data.resolve("states"));
    assertThat(verify(ExitCode.OK)).contains("no damage");
  }
}
