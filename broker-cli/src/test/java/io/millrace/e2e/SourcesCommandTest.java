package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sources} from the summary of a real broker, which is restarted, killed, and damaged. */
class SourcesCommandTest {

  private static final List<String> MEANS =
      List.of("eventsPerSecond", "meanSkewSeconds", "maxSkewSeconds");

  @TempDir Path directory;

  private final ObjectMapper json = new ObjectMapper();

  @Test
  void summarySurvivesTheBrokerAndIsExact() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      MillraceCommand millrace = new MillraceCommand(broker);
      millrace.run("topic", "create", "t", "--partitions=2").orFail();
      produce(millrace, "pump-1", 0, 1, 2, 4);
      produce(millrace, "pump-2", -1);
      List<String> table = millrace.run("sources", "t").orFail().stdoutLines();
      assertThat(table.get(0).split(" {2,}"))
          .containsExactly(
              "SOURCE",
              "EVENTS",
              "FIRST EVENT",
              "LAST EVENT",
              "LAST APPEND",
              "RATE",
              "SKEW",
              "MISSING",
              "REPEATED");
      assertThat(table.get(1)).startsWith("pump-1").contains(" ago  ", "/s  ").endsWith("0");
      assertThat(table.get(2)).startsWith("pump-2").endsWith("-");
      await().atMost(JavaProcess.LIMIT).until(() -> states().size() == 2); // the state and its copy

      broker.stop();
      broker.start();
      produce(millrace, "pump-1", 4, 7);
      JsonNode pump = sources(millrace).get(0);
      assertThat(pump.get("events").asInt()).isEqualTo(6);
      assertThat(pump.get("lastSourceSequence").asInt()).isEqualTo(7);
      assertThat(pump.get("missing").asInt()).as("3, 5 and 6").isEqualTo(3);
      assertThat(pump.get("repeated").asInt()).as("4").isEqualTo(1);
      assertExact(millrace);

      broker.kill();
      broker.start();
      produce(millrace, "pump-3", 1);
      assertExact(millrace);

      broker.stop();
      for (Path state : states()) {
        Files.write(state, new byte[] {1, 2, 3});
      }
      broker.start();
      produce(millrace, "pump-4", 1);
      assertExact(millrace);
      assertThat(Files.readString(broker.log())).contains("event=source_summary_lost");
    }
  }

  @Test
  void summaryIsDeletedWithItsTopicAndCountsDeletedEvents() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      MillraceCommand millrace = new MillraceCommand(broker);
      millrace.run("topic", "create", "t").orFail();
      produce(millrace, "pump-1", 0, 1, 2);
      sources(millrace);
      millrace.run("topic", "delete-events", "t", "--all").orFail();
      produce(millrace, "pump-1", 3);
      assertThat(sources(millrace).get(0).get("events").asInt()).isEqualTo(4);
      assertThat(sources(millrace, "--exact").get(0).get("events").asInt()).isEqualTo(1);

      await().atMost(JavaProcess.LIMIT).until(() -> !states().isEmpty());
      millrace.run("topic", "delete", "t").orFail();
      assertThat(states()).isEmpty();
      millrace.run("topic", "create", "t").orFail();
      assertThat(sources(millrace)).isEmpty();
    }
  }

  private void assertExact(MillraceCommand millrace) throws IOException {
    JsonNode summary = sources(millrace);
    JsonNode exact = sources(millrace, "--exact");
    for (JsonNode list : List.of(summary, exact)) {
      list.forEach(source -> ((ObjectNode) source).remove(MEANS));
    }
    assertThat(summary).isNotEmpty().isEqualTo(exact);
  }

  private JsonNode sources(MillraceCommand millrace, String... options) throws IOException {
    String[] command =
        Stream.concat(Stream.of("sources", "t", "--output=json"), Stream.of(options))
            .toArray(String[]::new);
    return json.readTree(millrace.run(command).orFail().stdout());
  }

  private static void produce(MillraceCommand millrace, String source, int... numbers) {
    StringBuilder lines = new StringBuilder();
    for (int number : IntStream.of(numbers).toArray()) {
      String header =
          number < 0 ? "" : "{\"name\":\"source-sequence\",\"value\":\"" + number + "\"}";
      lines.append(
          "{\"value\":\"v\",\"key\":\"%s\",\"source\":\"%s\",\"headers\":[%s]}\n"
              .formatted(source, source, header));
    }
    millrace.run(lines.toString().getBytes(UTF_8), "produce", "t", "--input=json").orFail();
  }

  private List<Path> states() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("data/states"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("sources-")).toList();
    }
  }
}
