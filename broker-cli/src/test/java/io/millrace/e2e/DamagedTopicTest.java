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
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands on a topic of three partitions. Partitions 0 and 2 have three batches of one event
 * each, of which the second is damaged; partition 1 is whole.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamagedTopicTest {

  private static final String[] WHOLE = {"0-0", "0-2", "1-0", "1-1", "1-2", "2-0", "2-2"};

  /** The event time of the first event of each partition; each other one is a second later. */
  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.MICROS).minusSeconds(60);

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void damageTwoPartitions() throws Exception {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    TopicDescription topic;
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      topic = client.admin().createTopic("t", TopicSpec.partitions(3));
      try (Producer producer = client.producer("t").build()) {
        for (int i = 0; i < 9; i++) {
          String value = i % 3 + "-" + i / 3;
          Instant time = START.plusSeconds(i / 3);
          producer
              .send(Event.builder().value(value).partition(i % 3).timestamp(time).build())
              .get();
        }
      }
    }
    broker.stop();
    Path data = directory.resolve("data");
    for (int partition : new int[] {0, 2}) {
      Path log = data.resolve("logs").resolve(topic.id() + "-" + partition);
      DamagedBatch.second(log.resolve("00000000000000000000.log"));
    }
    // A start verifies logs that were closed cleanly in the background; the repair does it now.
    MillraceCommand.runAlone("log", "repair", data.toString(), "--apply");
    broker.start();
  }

  @AfterAll
  void end() {
    broker.close();
  }

  @Test
  void consumeReadsTheOtherPartitionsToTheirEnd() {
    CommandResult result = consume();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdoutLines()).containsExactlyInAnyOrder("0-0", "1-0", "1-1", "1-2", "2-0");
    assertThat(result.stderr())
        .contains("'millrace consume t --partition 0 --from 2'")
        .contains("'millrace consume t --partition 2 --from 2'")
        .contains("--skip-damaged", "[CORRUPT_LOG]");
  }

  @Test
  void consumeReadsOnAfterTheDamage() {
    CommandResult result = consume("--skip-damaged").orFail();
    assertThat(result.stdoutLines()).containsExactlyInAnyOrder(WHOLE);
    assertThat(result.stderr())
        .contains("millrace consume: skipped offsets 1 to 1 of partition 0, which are damaged")
        .contains("millrace consume: skipped offsets 1 to 1 of partition 2, which are damaged");
  }

  @Test
  void consumeBeginsAtADamagedOffset() {
    CommandResult ended = consume("--partition=0", "--from=1");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.stdout()).isEmpty();
    assertThat(ended.stderr()).contains("--partition 0 --from 2");
    assertThat(consume("--partition=0", "--from=1", "--skip-damaged").orFail().stdoutLines())
        .containsExactly("0-2");
  }

  /** The damaged event can be the first one of the time, so no start by time moves over it. */
  @Test
  void aStartByTimeMeetsTheDamageBeforeTheEventsOfThatTime() {
    Instant ofDamaged = START.plusSeconds(1);
    for (String time : List.of("--from=" + ofDamaged, "--where=timestamp >= '" + ofDamaged + "'")) {
      CommandResult ended = consume("--partition=0", time);
      assertThat(ended.exitCode()).as(time).isEqualTo(1);
      assertThat(ended.stdout()).isEmpty();
      assertThat(ended.stderr()).contains("offsets 1 to 1 of partition 0 are damaged");
      CommandResult skipped = consume("--partition=0", time, "--skip-damaged").orFail();
      assertThat(skipped.stdoutLines()).as(time).containsExactly("0-2");
      assertThat(skipped.stderr()).contains("skipped offsets 1 to 1 of partition 0");
    }
    for (String count : List.of("--max=5", "--max=2147483647")) {
      CommandResult last = tail("--partition=0", "--since=" + ofDamaged, count);
      assertThat(last.exitCode()).isEqualTo(1);
      assertThat(last.stdoutLines()).containsExactly("0-2");
      assertThat(last.stderr()).contains("offsets 1 to 1 of partition 0 are damaged");
    }
    CommandResult since = tail("--partition=0", "--since=" + ofDamaged);
    assertThat(since.exitCode()).isEqualTo(1);
    assertThat(since.stdoutLines()).containsExactly("0-2");
    CommandResult offsets = millrace.run("topic", "offsets", "t", "--time=" + ofDamaged).orFail();
    assertThat(offsets.stdoutLines())
        .anyMatch(line -> line.strip().matches("0 +0 +3 +3 +1"))
        .anyMatch(line -> line.strip().matches("1 +0 +3 +3 +1"));
    assertThat(offsets.stderr())
        .contains("offset 1 of partition 0 is damaged")
        .doesNotContain("of partition 1");
    assertThat(consume("--partition=0", "--from=" + START, "-n=1").orFail().stdoutLines())
        .containsExactly("0-0");
  }

  @Test
  void aDeletionBeforeTheTimeOfDamagedEventsSaysThatItKeepsThem() {
    CommandResult result =
        millrace
            .run(
                "topic",
                "delete-events",
                "t",
                "--partition=0",
                "--before-time=" + START.plusSeconds(1),
                "--dry-run")
            .orFail();
    assertThat(result.stderr())
        .contains("keeps partition 0 from offset 1: the events 1 to 1 are damaged");
  }

  /** The damage is after all that was asked for. */
  @Test
  void damageThatNobodyAsksForIsNoFailure() {
    assertThat(consume("--until=1").orFail().stdoutLines())
        .containsExactlyInAnyOrder("0-0", "1-0", "2-0");
    assertThat(consume("--partition=1", "-n=1").orFail().stdoutLines()).containsExactly("1-0");
  }

  /** All events are earlier, but the times of the damaged ones are not known. */
  @Test
  void aDeletionBeforeATimeKeepsDamagedEvents() {
    CommandResult result =
        millrace
            .run("topic", "delete-events", "t", "--before-time=2999-01-01", "--dry-run")
            .orFail();
    assertThat(result.stdoutLines())
        .anyMatch(line -> line.strip().matches("0 +0 +1 +3 +1 .*"))
        .anyMatch(line -> line.strip().matches("1 +0 +3 +3 +3 .*"))
        .anyMatch(line -> line.strip().matches("2 +0 +1 +3 +1 .*"));
    assertThat(result.stderr())
        .contains("keeps partition 0 from offset 1: the events 1 to 1 are damaged")
        .contains("keeps partition 2 from offset 1")
        .contains("'millrace topic delete-events t --partition 2 --before-offset 2' deletes them");
  }

  @Test
  void tailFindsTheLastEventsOfAllPartitions() {
    assertThat(tail("--skip-damaged").orFail().stdoutLines()).containsExactlyInAnyOrder(WHOLE);
    assertThat(tail("--skip-damaged", "--since=1h").orFail().stdoutLines())
        .containsExactlyInAnyOrder(WHOLE);
  }

  /** No event before the damage is one of the last. */
  @Test
  void tailLeavesOutWhatIsDamagedAndWhatIsBeforeIt() {
    CommandResult all = tail();
    assertThat(all.exitCode()).isEqualTo(1);
    assertThat(all.stdoutLines()).containsExactlyInAnyOrder("0-2", "1-0", "1-1", "1-2", "2-2");
    assertThat(all.stderr())
        .contains("offsets 1 to 1 of partition 0 are damaged", "offsets 1 to 1 of partition 2")
        .contains("left out; --skip-damaged accepts that", "[CORRUPT_LOG]");
    CommandResult two = tail("-n=2", "--partition=0");
    assertThat(two.exitCode()).isEqualTo(1);
    assertThat(two.stdoutLines()).containsExactly("0-2");
    CommandResult since = tail("--since=1h");
    assertThat(since.exitCode()).isEqualTo(1);
    assertThat(since.stdoutLines())
        .containsExactlyInAnyOrder("0-0", "0-2", "1-0", "1-1", "1-2", "2-0", "2-2");
  }

  @Test
  void damageBeforeTheLastEventsIsNoFailure() {
    assertThat(tail("-n=1").orFail().stdoutLines()).containsExactly("2-2");
    assertThat(tail("-n=2", "-p=0", "-p=1").orFail().stdoutLines()).containsExactly("0-2", "1-2");
    assertThat(tail("-n=1", "--partition=0").orFail().stdoutLines()).containsExactly("0-2");
    assertThat(tail("-n=9", "--partition=1").orFail().stdoutLines())
        .containsExactly("1-0", "1-1", "1-2");
    CommandResult four = tail("-n=4");
    assertThat(four.exitCode()).isEqualTo(1);
    assertThat(four.stdoutLines()).containsExactly("1-1", "0-2", "1-2", "2-2");
  }

  @Test
  void aPartitionThatTheTopicDoesNotHaveIsRefused() {
    assertThat(tail("--partition=3").stderr())
        .contains("expected --partition 0 to 2, not 3 [UNKNOWN_PARTITION]");
    assertThat(consume("--partition=3").stderr())
        .contains("expected --partition 0 to 2, not 3 [UNKNOWN_PARTITION]");
  }

  @Test
  void theDamageIsNamedWhereTheTopicIsShown() throws IOException {
    assertThat(millrace.run("topic", "list").orFail().stdoutText()).contains("damaged (2)");
    assertThat(millrace.run("topic", "describe", "t").orFail().stdoutText())
        .contains("damaged (1)", "ok")
        .containsPattern("t +0 +1 to 1 ")
        .containsPattern("t +2 +1 to 1 ");
    assertThat(millrace.run("status").orFail().stdoutText())
        .contains("2 damaged ranges", "DAMAGED OFFSETS")
        .containsPattern("t +2 +1 to 1 ");

    ObjectMapper json = new ObjectMapper();
    JsonNode topic =
        json.readTree(millrace.run("topic", "describe", "t", "--output=json").orFail().stdout());
    JsonNode partitions = topic.get("partitions");
    assertThat(partitions.get(1).get("damage")).isEmpty();
    assertThat(partitions.get(2).get("damage").get(0).get("endOffset").asInt()).isEqualTo(2);
    JsonNode status = json.readTree(millrace.run("status", "--output=json").orFail().stdout());
    assertThat(status.get("damage")).hasSize(2);
    assertThat(status.get("damage").get(1).get("partition").asInt()).isEqualTo(2);
    assertThat(status.get("damage").get(1).get("topic").asText()).isEqualTo("t");
  }

  private CommandResult consume(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("consume", "t", "--until=end", "--output=value"));
    List<String> more = List.of(options);
    if (more.stream().anyMatch(option -> option.startsWith("--until"))) {
      arguments.remove("--until=end");
    }
    arguments.addAll(more);
    return millrace.run(arguments.toArray(String[]::new));
  }

  private CommandResult tail(String... options) {
    List<String> arguments = new ArrayList<>(List.of("tail", "t", "--output=value"));
    arguments.addAll(List.of(options));
    return millrace.run(arguments.toArray(String[]::new));
  }
}
