package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.ExitCode;
import io.millrace.e2e.CommandResult;
import io.millrace.e2e.MillraceCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace log repair}, without and with {@code --apply}. */
class LogRepairCommandTest {

  private static final Path GOLDEN =
      Path.of("..", "storage", "mapped", "src", "test", "resources", "golden", "data-v2");

  /** The states of the broker whose log this is. */
  private static final Path STATES = Path.of("src", "test", "resources", "golden-topic");

  private static final String LOG = "4d696c6c-7261-6365-0000-000000000001-0";
  private static final String SEGMENT = "00000000000000000000.log";

  @TempDir Path data;

  /** A copy of a small data directory, with its second batch damaged. */
  @BeforeEach
  void copyAndDamage() throws IOException {
    copy(GOLDEN, data);
    copy(STATES, data.resolve("states"));
    Path segment = data.resolve("logs").resolve(LOG).resolve(SEGMENT);
    byte[] bytes = Files.readAllBytes(segment);
    bytes[64 + 200 + 150] ^= 1;
    Files.write(segment, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static String repair(int expectedCode, Path data, String... options) {
    String[] args =
        Stream.concat(Stream.of("log", "repair", data.toString()), Stream.of(options))
            .toArray(String[]::new);
    CommandResult result = MillraceCommand.runAlone(args);
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(expectedCode);
    return result.stdoutText();
  }

  @Test
  void withoutApplyTheStepsAreShownAndNothingIsChanged() throws IOException {
    List<String> before = files();
    assertThat(repair(ExitCode.OK, data))
        .isEqualTo(
            "to do   "
                + LOG
                + " (topic golden): copy 300 bytes at position 264 of "
                + SEGMENT
                + " to the quarantine: offsets 2 to 3 are damaged\n"
                + "1 log, 1 damaged range, 1 step to do; add --apply to make the repair\n");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void withApplyTheStepsAreDoneOnce() throws IOException {
    assertThat(repair(ExitCode.OK, data, "--apply"))
        .contains("done    " + LOG + " (topic golden): offsets 2 to 3 are damaged")
        .endsWith("1 log, 1 damaged range in quarantine\n");
    assertThat(files()).contains("quarantine/" + LOG + "-" + SEGMENT + "-264-300.bytes");
    assertThat(repair(ExitCode.OK, data)).endsWith("nothing to do\n");
  }

  @Test
  void programsGetThePlanAsJson() {
    assertThat(repair(ExitCode.OK, data, "--output", "json"))
        .contains("\"log\":\"" + LOG + "\"")
        .contains("\"applied\":false,\"steps\":[\"copy 300 bytes at position 264")
        .contains("\"damage\":[{\"firstOffset\":2,\"endOffset\":4,\"reason\":\"")
        .contains("\"failure\":null");
  }

  @Test
  void aLogThatCannotBeRepairedEndsWith1() throws IOException {
    Path log = data.resolve("logs").resolve(LOG);
    for (String segment : List.of(SEGMENT, "00000000000000000008.log")) {
      Files.delete(log.resolve(segment));
    }
    assertThat(repair(ExitCode.FAILED, data))
        .contains("FAILED  " + LOG, "was durable up to offset 16,", "restore its files");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
