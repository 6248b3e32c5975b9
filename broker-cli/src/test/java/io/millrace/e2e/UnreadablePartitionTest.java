package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands on a topic of two partitions with three events each. The files of partition 0 are
 * gone, so the broker could not open it, and its description has offsets of 0.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadablePartitionTest {

  private static final String[] OTHERS = {"1-0", "1-1", "1-2"};
  private static final String REASON = "restore its files from a backup, or delete the topic";

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void loseAPartition() throws Exception {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    TopicDescription topic;
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      topic = client.admin().createTopic("t", TopicSpec.partitions(2));
      try (Producer producer = client.producer("t").build()) {
        for (int i = 0; i < 6; i++) {
          String value = i % 2 + "-" + i / 2;
          producer.send(Event.builder().value(value).partition(i % 2).build()).get();
        }
      }
    }
    broker.kill();
    delete(directory.resolve("data").resolve("logs").resolve(topic.id() + "-0"));
    broker.start();
  }

  private static void delete(Path log) throws IOException {
    try (Stream<Path> files = Files.walk(log)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @AfterAll
  void end() {
    broker.close();
  }

  private void assertLeftOut(CommandResult result, String... read) {
    assertThat(result.exitCode()).as(result.stdoutText()).isEqualTo(1);
    assertThat(result.stdoutLines()).containsExactlyInAnyOrder(read);
    assertThat(result.stderr())
        .contains("partition 0 of topic 't'", REASON, "[CORRUPT_LOG]")
        .doesNotContain("restart it");
  }

  private CommandResult read(String command, String... options) {
    return millrace.run(
        Stream.concat(Stream.of(command, "t", "--output=value"), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void consumeSaysWhatItLeavesOutAndReadsTheOthers() {
    for (String from : List.of("earliest", "2026-01-01", "1h")) {
      assertLeftOut(read("consume", "--until=end", "--from=" + from), OTHERS);
    }
    assertLeftOut(read("consume", "--until=end", "--skip-damaged"), OTHERS);
    assertLeftOut(read("consume", "--until=2999-01-01"), OTHERS);
    assertLeftOut(read("consume", "--until=end", "--from=latest"));
    assertLeftOut(read("consume", "--until=end", "-p=0"));
    assertLeftOut(read("consume", "--until=end", "-p=0", "--from=2"));
    assertLeftOut(read("consume", "-n=1", "-p=0"));
    assertThat(read("consume", "--until=end", "-p=1").orFail().stdoutLines())
        .containsExactly(OTHERS);
  }

  @Test
  void tailSaysWhatItLeavesOut() {
    assertLeftOut(read("tail"), OTHERS);
    assertLeftOut(read("tail", "-n=2"), "1-1", "1-2");
    assertLeftOut(read("tail", "--since=1h"), OTHERS);
    assertLeftOut(read("tail", "--since=1h", "-n=1"), "1-2");
    assertLeftOut(read("tail", "--skip-damaged"), OTHERS);
    assertLeftOut(read("tail", "-p=0"));
    assertLeftOut(read("tail", "-p=0", "-f"));
    assertThat(read("tail", "-p=1").orFail().stdoutLines()).containsExactly(OTHERS);
  }

  @Test
  void offsetsThatAreUnknownAreNotZero() throws IOException {
    for (String[] time : new String[][] {{}, {"--time=1h"}}) {
      CommandResult table = offsets(time);
      assertThat(table.exitCode()).isEqualTo(1);
      assertThat(table.stdoutLines())
          .anyMatch(line -> line.strip().matches("0( +-){3,4}"))
          .anyMatch(line -> line.strip().matches("1 +0 +3 +3( +0)?"));
      assertThat(table.stderr()).contains("partition 0", REASON, "[CORRUPT_LOG]");
    }
    CommandResult result = offsets("--output=json");
    assertThat(result.exitCode()).isEqualTo(1);
    JsonNode rows = new ObjectMapper().readTree(result.stdout());
    for (String field : List.of("start", "durable", "end", "offsetForTime")) {
      assertThat(rows.get(0).get(field).isNull()).as(field).isTrue();
    }
    assertThat(rows.get(1).get("end").asInt()).isEqualTo(3);
    assertThat(offsets("-p=1").exitCode()).isZero();
  }

  private CommandResult offsets(String... options) {
    return millrace.run(
        Stream.concat(Stream.of("topic", "offsets", "t"), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void aDeletionSaysWhichPartitionTakesNone() {
    for (String which : List.of("--all", "--before-time=2999-01-01")) {
      CommandResult planned = millrace.run("topic", "delete-events", "t", which, "--dry-run");
      assertThat(planned.exitCode()).isEqualTo(1);
      assertThat(planned.stdoutLines())
          .anyMatch(line -> line.strip().matches("0 .* CORRUPT_LOG: .*"))
          .anyMatch(line -> line.strip().matches("1 +0 +3 +3 +3 +ok"));
      assertThat(planned.stderr()).contains("partition 0 takes no deletion", REASON);
    }
    CommandResult made = millrace.run("topic", "delete-events", "t", "-p=0", "--before-offset=2");
    assertThat(made.exitCode()).isEqualTo(1);
    assertThat(made.stdoutLines()).anyMatch(line -> line.strip().matches("0 .* CORRUPT_LOG: .*"));
    assertThat(made.stderr()).contains(REASON);
  }

  @Test
  void theListOfSourcesSaysWhichPartitionItLeavesOut() {
    CommandResult sources = millrace.run("sources", "t");
    assertThat(sources.exitCode()).isEqualTo(1);
    assertThat(sources.stderr()).contains("the list has no event of partition 0");
  }
}
