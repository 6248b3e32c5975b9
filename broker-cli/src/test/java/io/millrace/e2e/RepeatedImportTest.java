package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code produce --name} is killed halfway together with its broker, and repeated. It stores each
 * line once.
 */
class RepeatedImportTest {

  private static final int LINES = 60_000;
  private static final int PARTITIONS = 3;

  @TempDir Path directory;

  @Test
  void everyLineIsStoredOnce() throws Exception {
    Path file = Files.write(directory.resolve("import.txt"), lines());
    String[] importing = {"produce", "rides", "--name", "import-2026", "--file", file.toString()};
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      MillraceCommand millrace = new MillraceCommand(broker);
      millrace.run("topic", "create", "rides", "--partitions=" + PARTITIONS).orFail();
      // Its input has no end, so that it is killed in the middle of the import.
      Process first =
          new ProcessBuilder(
                  JavaProcess.millrace(
                      millrace.withServer("produce", "rides", "--name", "import-2026")))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("first.txt").toFile())
              .start();
      try {
        first
            .getOutputStream()
            .write(String.join("\n", lines().subList(0, LINES / 2)).getBytes(UTF_8));
        first.getOutputStream().flush();
        await()
            .alias("first import under way")
            .atMost(JavaProcess.LIMIT)
            .until(() -> stored(millrace).size() > LINES / 4);
      } finally {
        first.destroyForcibly().waitFor();
      }
      broker.kill();
      broker.start();

      CommandResult second = millrace.run(importing).orFail();
      CommandResult third = millrace.run(importing).orFail();

      assertThat(stored(millrace)).containsExactlyInAnyOrderElementsOf(lines());
      assertThat(second.stderr())
          .containsPattern("already stored by an earlier run: [1-9][0-9]+,[0-9]{3} lines");
      assertThat(third.stderr())
          .contains("produced 0 events")
          .contains("already stored by an earlier run: 60,000 lines");
    }
  }

  private static List<String> stored(MillraceCommand millrace) throws IOException {
    return millrace
        .run("consume", "rides", "--from", "earliest", "--until", "end", "--output", "value")
        .orFail()
        .stdoutLines();
  }

  private static List<String> lines() {
    return IntStream.rangeClosed(1, LINES).mapToObj(i -> "line " + i).toList();
  }
}
