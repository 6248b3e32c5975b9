package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The error of an impossible request has the exit code, the limit and the next step. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalTest {

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    millrace.run("topic", "create", "orders").orFail();
    millrace.run("one\ntwo\nthree\n".getBytes(UTF_8), "produce", "orders").orFail();
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  private static void assertRefused(CommandResult result, int exitCode, String... hints) {
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(exitCode);
    assertThat(result.stderr()).contains(hints).doesNotContain("\tat ");
  }

  @Test
  void anUnknownTopicNamesTheNearest() {
    assertRefused(millrace.run("consume", "order"), 1, "UNKNOWN_TOPIC", "order", "orders");
  }

  @Test
  void anUnknownTopicWithoutANeighbourHasANextStep() {
    assertRefused(millrace.run("consume", "zebra"), 1, "UNKNOWN_TOPIC", "zebra", "create it first");
  }

  @Test
  void anUnknownPartition() throws IOException {
    assertRefused(
        millrace.run("x\n".getBytes(UTF_8), "produce", "orders", "--partition=7"),
        1,
        "UNKNOWN_PARTITION",
        "7");
  }

  @Test
  void aTopicTwice() {
    assertRefused(millrace.run("topic", "create", "orders"), 1, "TOPIC_EXISTS", "orders");
  }

  @Test
  void aTopicThatExistsOrDoesNotIsNoErrorIfTheUserSaysSo() {
    assertThat(millrace.run("topic", "create", "orders", "--if-not-exists").orFail().stdoutText())
        .startsWith("there is already a topic orders with ");
    assertThat(millrace.run("topic", "delete", "zebra", "--if-exists").orFail().stdoutText())
        .isEqualTo("there is no topic zebra\n");
    assertRefused(millrace.run("topic", "delete", "zebra"), 1, "UNKNOWN_TOPIC");
  }

  @Test
  void illegalTopicNames() {
    for (String name : List.of("../x", "", "a".repeat(300), "..", "white space")) {
      assertRefused(millrace.run("topic", "create", name), 1, "INVALID_TOPIC_NAME", "249");
    }
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @Test
  void anUnknownTopicSettingNamesTheNearest() {
    assertRefused(
        millrace.run("topic", "create", "settings", "--set=retentionTme=7d"),
        1,
        "INVALID_TOPIC_SETTING",
        "retentionTime");
  }

  @Test
  void sourcesThatAreEmptyOrTooLong() throws IOException {
    for (String source : List.of("", "s".repeat(300))) {
      CommandResult result =
          millrace.run("x\n".getBytes(UTF_8), "produce", "orders", "--source=" + source);
      assertThat(result.exitCode()).isIn(1, 2);
      assertThat(result.stderr()).contains("255");
    }
  }

  @Test
  void anOffsetAfterTheEnd() {
    assertRefused(
        millrace.run("consume", "orders", "--from=1000", "--until=end"),
        1,
        "offset 1000 of partition 0 of topic 'orders' is not in [0, 3]",
        "OFFSET_OUT_OF_RANGE");
  }

  @Test
  void refusalsDoNotAffectStoredEvents() {
    assertThat(
            millrace
                .run("consume", "orders", "--from=earliest", "--until=end", "--output=value")
                .orFail()
                .stdoutLines())
        .containsExactly("one", "two", "three");
  }

  @Test
  void anUnreachableBroker() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    CommandResult result = MillraceCommand.runAlone("topic", "list", "--server=127.0.0.1:" + free);
    assertRefused(result, 3, "127.0.0.1:" + free);
  }

  @Test
  void thePortOfHttp() {
    CommandResult result =
        MillraceCommand.runAlone("topic", "list", "--server=127.0.0.1:" + broker.httpPort());
    assertRefused(result, 3, "HTTP", "9710");
  }

  private CommandResult secondBroker(Path dataDirectory, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("server", "--http-port=0"));
    arguments.add("--data-dir=" + dataDirectory);
    arguments.addAll(List.of(flags));
    return JavaProcess.run(arguments);
  }

  @Test
  void aDataDirectoryInUse() {
    assertRefused(
        secondBroker(directory.resolve("data"), "--port=0"), 1, "DIRECTORY_LOCKED", "data");
  }

  @Test
  void aDataDirectoryThatIsAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "not a directory");
    assertRefused(secondBroker(file, "--port=0"), 1, file + " is a file");
  }

  @Test
  void aPortInUseIsFoundBeforeAnythingIsOpened() {
    CommandResult result = secondBroker(directory.resolve("other"), "--port=" + broker.port());
    assertRefused(result, 1, String.valueOf(broker.port()), "--port");
    assertThat(result.stderr().lines()).hasSize(1);
    assertThat(directory.resolve("other")).doesNotExist();
  }

  @Test
  void theRepairOfADirectoryInUse() {
    CommandResult result =
        MillraceCommand.runAlone("log", "repair", directory.resolve("data").toString());
    assertRefused(result, 1, "DIRECTORY_LOCKED", "process");
  }

  @Test
  void aWrongSettingIsNamedWithTheNearestOne() throws IOException {
    Path config = directory.resolve("broker.yaml");
    Files.writeString(config, "storage:\n  flushIntervall: 50ms\n");
    assertRefused(
        secondBroker(directory.resolve("other"), "--config=" + config),
        2,
        "storage.flushIntervall",
        "storage.flushInterval");
    Files.writeString(config, "limits:\n  maxConnections: plenty\n");
    assertRefused(
        secondBroker(directory.resolve("other"), "--config=" + config),
        2,
        "limits.maxConnections",
        "plenty");
  }
}
