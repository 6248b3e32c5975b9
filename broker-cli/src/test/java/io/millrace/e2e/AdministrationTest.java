package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that show and change a broker, against a real one. */
class AdministrationTest {

  @TempDir static Path directory;

  private final ObjectMapper json = new ObjectMapper();
  private final Instant before = Instant.now();
  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeEach
  void start() throws IOException {
    broker = EndToEndBroker.start(Files.createTempDirectory(directory, "broker"));
    millrace = new MillraceCommand(broker);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private JsonNode runJson(String... command) throws IOException {
    return json.readTree(millrace.run(command).orFail().stdout());
  }

  private void produce(String topic, String lines, String... options) throws IOException {
    String[] command =
        Stream.concat(Stream.of("produce", topic), Stream.of(options)).toArray(String[]::new);
    millrace.run(lines.getBytes(UTF_8), command).orFail();
  }

  private static List<Long> numbers(JsonNode rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.get(field).asLong())
        .toList();
  }

  @Test
  void aTopicThatExistsIsComparedWithTheOneThatWasAskedFor() {
    millrace.run("topic", "create", "rides", "--partitions=4").orFail();
    String[] again = {
      "topic", "create", "rides", "--if-not-exists", "--set=retentionTime=7d", "-p"
    };
    assertThat(millrace.run(with(again, "9")).orFail().stderr())
        .contains("the topic has 4 partitions, not 9; 'topic add-partitions rides --to 9'")
        .contains("the topic has retentionTime=unlimited; --set does not change an existing topic");
    assertThat(millrace.run(with(again, "2")).orFail().stderr())
        .contains("the topic has 4 partitions, not 2; partitions cannot be removed");
    assertThat(millrace.run("topic", "create", "rides", "--if-not-exists", "-p4").orFail().stderr())
        .isEmpty();
  }

  private static String[] with(String[] words, String last) {
    return Stream.concat(Stream.of(words), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  void theStateOfTheBrokerIsPrinted() throws Exception {
    millrace.run("topic", "create", "rides", "--partitions=3").orFail();
    produce("rides", "one\ntwo\n");

    JsonNode status = runJson("status", "--output=json");

    assertThat(status.get("health").asText()).isEqualTo("ok");
    assertThat(UUID.fromString(status.get("id").asText())).isNotNull();
    assertThat(Instant.parse(status.get("startedAt").asText())).isBetween(before, Instant.now());
    assertThat(Path.of(status.get("dataDirectory").asText())).isAbsolute().isDirectory();
    assertThat(status.get("usableBytes").asLong()).isPositive();
    assertThat(status.get("diskFull").asBoolean()).isFalse();
    assertThat(status.get("topics").asInt()).isEqualTo(1);
    assertThat(status.get("partitions").asInt()).isEqualTo(3);
    assertThat(status.get("events").asInt()).isEqualTo(2);
    assertThat(status.get("connections").asInt()).as("this one").isEqualTo(1);
    assertThat(status.get("refusals")).isEmpty();
    assertThat(millrace.run("status").orFail().stdoutText())
        .containsPattern("disk +[0-9]{1,3}(,[0-9]{3})+ bytes free\n")
        .containsPattern("partitions +3\n")
        .containsPattern("health +ok\n");

    broker.kill();
    assertThat(millrace.run("status").exitCode()).isEqualTo(3);
  }

  @Test
  void offsetsArePrintedWithAndWithoutATime() throws IOException {
    millrace.run("topic", "create", "rides", "--partitions=2").orFail();
    produce(
        "rides",
        """
        {"at":"2026-03-01T08:00:00Z"}
        {"at":"2026-03-01T09:00:00Z"}
        {"at":"2026-03-01T10:00:00Z"}
        """,
        "--partition=1",
        "--timestamp-field=at");

    JsonNode offsets = runJson("topic", "offsets", "rides", "--output=json");
    assertThat(numbers(offsets, "partition")).containsExactly(0L, 1L);
    assertThat(numbers(offsets, "durable")).containsExactly(0L, 3L);
    assertThat(numbers(offsets, "end")).containsExactly(0L, 3L);
    assertThat(offsets.get(0).get("offsetForTime").isNull()).isTrue();

    JsonNode atNine =
        runJson("topic", "offsets", "rides", "--time=2026-03-01T08:30:00Z", "--output=json");
    assertThat(numbers(atNine, "offsetForTime")).containsExactly(0L, 1L);
    JsonNode late =
        runJson("topic", "offsets", "rides", "--time=1h", "--partition=1", "--output=json");
    assertThat(numbers(late, "partition")).containsExactly(1L);
    assertThat(numbers(late, "offsetForTime")).containsExactly(3L);
    assertThat(millrace.run("topic", "offsets", "rides", "--time=1h").orFail().stdoutLines())
        .first()
        .asString()
        .contains("AT TIME");

    CommandResult unknown = millrace.run("topic", "offsets", "rides", "--partition=2");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.stderr()).contains("UNKNOWN_PARTITION", "partitions 0 to 1");
  }

  @Test
  void partitionsAreAddedAndOutliveAKill() throws IOException {
    millrace.run("topic", "create", "rides").orFail();
    produce("rides", "one\n");

    JsonNode grown = runJson("topic", "add-partitions", "rides", "--to=3", "--output=json");
    assertThat(numbers(grown.get("partitions"), "end")).containsExactly(1L, 0L, 0L);
    produce("rides", "two\n", "--partition=2");
    broker.kill();
    broker.start();

    assertThat(numbers(runJson("topic", "offsets", "rides", "--output=json"), "end"))
        .containsExactly(1L, 0L, 1L);
    millrace.run("topic", "add-partitions", "rides", "--to=3").orFail();
    CommandResult fewer = millrace.run("topic", "add-partitions", "rides", "--to=2");
    assertThat(fewer.exitCode()).isEqualTo(1);
    assertThat(fewer.stderr())
        .contains("INVALID_PARTITION_COUNT", "has 3 partitions and cannot have fewer");
  }
}
