package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log of a broker process with the log configuration of an installation. */
class AuditFilesTest {

  @TempDir Path directory;

  @Test
  void linesAreInAFileOfTheDataDirectoryAndSurviveAKill() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory, "--set", "audit.enabled=on")) {
      MillraceCommand millrace = new MillraceCommand(broker);
      millrace.run("topic", "create", "rides").orFail();
      Path log = directory.resolve("data/audit/audit.log");
      await()
          .atMost(JavaProcess.LIMIT)
          .until(() -> Files.exists(log) && Files.readString(log).contains("topic:rides"));
      broker.kill();
      Files.writeString(log, Files.readString(log) + "{\"torn");
      broker.start();
      broker.stop();

      List<String> lines = new ArrayList<>(Files.readAllLines(log));
      assertThat(lines.remove(2)).isEqualTo("{\"torn");
      assertThat(operations(lines)).containsExactly("start", "create", "start", "stop");
      for (Path each : List.of(log.getParent(), log.getParent().getParent())) {
        assertThat(Files.getPosixFilePermissions(each))
            .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      }
      assertThat(Files.readString(broker.log())).doesNotContain("\"operation\"");
    }
  }

  @Test
  void aBrokerWithoutAnAuditLogMakesNoFile() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      new MillraceCommand(broker).run("topic", "create", "rides").orFail();
    }
    assertThat(directory.resolve("data/audit")).doesNotExist();
    assertThat(Path.of("logs")).doesNotExist();
  }

  private static List<String> operations(List<String> lines) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> operations = new ArrayList<>();
    for (String line : lines) {
      JsonNode event = json.readTree(line);
      operations.add(event.get("operation").asText());
    }
    return operations;
  }
}
