package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reading topics of 30 events, one in each batch. The broker knows that the event at offset 25 is
 * damaged. While it runs, the header of the batch at offset 10 is damaged, which nobody has met
 * before the test. The events below 20 are of the source early, the others of the source late.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnlocatedDamageTest {

  private static final int EVENTS = 30;
  private static final int KNOWN = 25;
  private static final int UNLOCATED = 10;

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void damageTopics() throws Exception {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    Path data = directory.resolve("data");
    List<Path> segments = new ArrayList<>();
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      for (String topic : List.of("skipped", "filtered", "ended", "tailed")) {
        String log = client.admin().createTopic(topic, TopicSpec.partitions(1)).id() + "-0";
        segments.add(data.resolve("logs").resolve(log).resolve("00000000000000000000.log"));
        try (Producer producer = client.producer(topic).build()) {
          for (int i = 0; i < EVENTS; i++) {
            String source = i < 20 ? "early" : "late";
            producer.send(Event.builder().value(i + "").source(source).build()).get();
          }
        }
      }
    }
    broker.stop();
    for (Path segment : segments) {
      DamagedBatch.records(segment, KNOWN);
    }
    MillraceCommand.runAlone("log", "repair", data.toString(), "--apply");
    broker.start();
    for (Path segment : segments) {
      DamagedBatch.header(segment, UNLOCATED);
    }
  }

  @AfterAll
  void end() {
    broker.close();
  }

  private static List<String> values(int from) {
    return IntStream.range(from, EVENTS)
        .filter(i -> i != KNOWN && i != UNLOCATED)
        .mapToObj(String::valueOf)
        .toList();
  }

  private static String skipped(int offset) {
    return "skipped offsets " + offset + " to " + offset + " of partition 0, which are damaged";
  }

  @Test
  void nothingButTheDamageIsSkipped() {
    CommandResult result =
        millrace
            .run("consume", "skipped", "--until=end", "--skip-damaged", "--output=value")
            .orFail();
    assertThat(result.stdoutLines()).containsExactlyElementsOf(values(0));
    assertThat(result.stderr()).contains(skipped(UNLOCATED), skipped(KNOWN));
  }

  /** The last event that the consumer got is far before the damage. */
  @Test
  void aFilterDoesNotHideWhereTheDamageIs() {
    CommandResult result =
        millrace
            .run(
                "consume",
                "filtered",
                "--until=end",
                "--skip-damaged",
                "--source=late",
                "--output=value")
            .orFail();
    assertThat(result.stdoutLines()).containsExactlyElementsOf(values(20));
    assertThat(result.stderr()).contains(skipped(UNLOCATED), skipped(KNOWN));
  }

  @Test
  void theMessageNamesTheDamageThatEndsTheReading() {
    CommandResult result = millrace.run("consume", "ended", "--until=end", "--output=value");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdoutLines()).hasSize(UNLOCATED);
    assertThat(result.stderr())
        .contains("offsets 10 to 10 of partition 0 are damaged", "--partition 0 --from 11'");
  }

  @Test
  void tailSkipsNothingButTheDamage() {
    CommandResult result =
        millrace.run("tail", "tailed", "-n=40", "--skip-damaged", "--output=value").orFail();
    assertThat(result.stdoutLines()).containsExactlyElementsOf(values(0));
  }
}
