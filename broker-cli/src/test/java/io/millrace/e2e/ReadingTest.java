package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every way of selecting events, compared with the same selection from the file that was produced.
 * The file is generated: 5,000 lines of six sources, with times out of order. So the test needs
 * only the checkout.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingTest {

  private static final int EVENTS = 5_000;
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");

  private record Line(String text, Instant time, String source) {}

  @TempDir static Path directory;

  private final ObjectMapper json = new ObjectMapper();
  private EndToEndBroker broker;
  private MillraceCommand millrace;
  private List<Line> file;

  @BeforeAll
  void produce() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
    file = IntStream.range(0, EVENTS).mapToObj(ReadingTest::line).toList();
    Path ndjson = directory.resolve("events.ndjson");
    Files.write(ndjson, file.stream().map(Line::text).toList());
    millrace.run("topic", "create", "events").orFail();
    millrace
        .run(
            "produce",
            "events",
            "--file=" + ndjson,
            "--timestamp-field=at",
            "--source-field=vehicle.name",
            "--key-field=ride")
        .orFail();
  }

  /** Every third event is 40 s late, so that event time and offset order differ. */
  private static Line line(int i) {
    Instant time = FIRST.plusMillis(250L * i).minusSeconds(i % 3 == 2 ? 40 : 0);
    String source = i % 1_000 == 999 ? "véhicule-rare" : "vehicle-" + i % 5;
    String text =
        "{\"at\":\"%s\",\"vehicle\":{\"name\":\"%s\"},\"ride\":\"ride-%d\",\"n\":%d}"
            .formatted(time, source, i / 7, i);
    return new Line(text, time, source);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  private List<String> consume(String... arguments) {
    String[] all =
        Stream.concat(
                Stream.of("consume", "events", "--until=end", "--output=value"),
                Stream.of(arguments))
            .toArray(String[]::new);
    return millrace.run(all).orFail().stdoutLines();
  }

  private List<String> texts(List<Line> lines) {
    return lines.stream().map(Line::text).toList();
  }

  private List<Line> atOrAfter(Instant time) {
    return file.stream().filter(line -> !line.time().isBefore(time)).toList();
  }

  private List<Line> before(Instant time) {
    return file.stream().filter(line -> line.time().isBefore(time)).toList();
  }

  @Test
  void fromTheEarliest() {
    assertThat(consume("--from=earliest")).isEqualTo(texts(file));
  }

  @Test
  void fromAnOffset() {
    assertThat(consume("--from=4321")).isEqualTo(texts(file.subList(4321, EVENTS)));
  }

  @Test
  void fromATime() {
    Instant time = FIRST.plusSeconds(600);
    assertThat(consume("--from=" + time)).isEqualTo(texts(atOrAfter(time)));
  }

  @Test
  void fromATimeAfterTheLastEvent() {
    assertThat(consume("--from=2027-01-01T00:00:00Z")).isEmpty();
  }

  @Test
  void theEventsThatMatchAFilter() {
    List<Line> rare = file.stream().filter(line -> line.source().equals("véhicule-rare")).toList();
    assertThat(rare).hasSize(5);
    assertThat(consume("--where=source == 'véhicule-rare'")).isEqualTo(texts(rare));
    assertThat(consume("--where=json.n >= 4990 && key startsWith 'ride-7'"))
        .isEqualTo(texts(file.subList(4_990, EVENTS)));
    assertThat(consume("--where=json.vehicle.name == 'vehicle-3'", "--source=vehicle-2")).isEmpty();
    assertThat(consume("--where=json.n < 4", "--max=3")).isEqualTo(texts(file.subList(0, 3)));
    CommandResult mismatch =
        millrace.run("consume", "events", "--until=end", "--where=json.n == 'one'").orFail();
    assertThat(mismatch.stdoutText()).isEmpty();
    assertThat(mismatch.stderr())
        .contains("5000 of the tested events", "another type")
        .containsPattern("the broker has read [1-9][0-9]* bytes of the log for --where");
  }

  @Test
  void theLastEventsThatMatchAFilter() {
    CommandResult last =
        millrace.run("tail", "events", "-n=2", "--where=json.n < 100", "--output=value");
    assertThat(last.orFail().stdoutLines()).isEqualTo(texts(file.subList(98, 100)));
  }

  @Test
  void anEmptyFilterIsRefused() {
    CommandResult result = millrace.run("consume", "events", "--where=");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stderr()).startsWith("millrace consume: --where: ");
  }

  @Test
  void aWrongFilterIsShownWithItsPlace() {
    CommandResult result = millrace.run("consume", "events", "--where=source == 'a' &&& size > 1");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.stderr())
        .startsWith("millrace consume: --where: character 17 of the filter: ")
        .contains(
            """

              source == 'a' &&& size > 1
                              ^
            """)
        .contains("See 'millrace consume --help'.");
    String json = millrace.run("tail", "events", "--output=json", "--where=size >").stderr();
    assertThat(json.lines()).singleElement().asString().contains("\"USAGE\"", "size >\\n");
  }

  @Test
  void untilAnOffset() {
    CommandResult result =
        millrace.run("consume", "events", "--from=10", "--until=20", "--output=value");
    assertThat(result.orFail().stdoutLines()).isEqualTo(texts(file.subList(10, 20)));
  }

  @Test
  void untilATime() {
    Instant time = FIRST.plusSeconds(300);
    CommandResult result =
        millrace.run("consume", "events", "--from=earliest", "--until=" + time, "--output=value");
    assertThat(result.orFail().stdoutLines()).isEqualTo(texts(before(time)));
  }

  @Test
  void atMost() {
    assertThat(consume("--from=100", "--max=7")).isEqualTo(texts(file.subList(100, 107)));
  }

  @Test
  void oneSource() {
    assertThat(consume("--from=earliest", "--source=véhicule-rare"))
        .isEqualTo(
            file.stream()
                .filter(line -> line.source().equals("véhicule-rare"))
                .map(Line::text)
                .toList());
  }

  @Test
  void twoSourcesFromATime() {
    Instant time = FIRST.plusSeconds(900);
    assertThat(consume("--from=" + time, "--source=vehicle-1", "--source=vehicle-3"))
        .isEqualTo(
            atOrAfter(time).stream()
                .filter(line -> line.source().matches("vehicle-[13]"))
                .map(Line::text)
                .toList());
  }

  @Test
  void anUnknownSourceEndsAtTheEnd() {
    assertThat(consume("--from=earliest", "--source=nobody")).isEmpty();
  }

  @Test
  void theLastTwenty() {
    assertThat(millrace.run("tail", "events", "-n", "20", "--output=value").orFail().stdoutLines())
        .isEqualTo(texts(file.subList(EVENTS - 20, EVENTS)));
  }

  @Test
  void theLastThreeOfASource() {
    List<Line> ofSource =
        file.stream().filter(line -> line.source().equals("véhicule-rare")).toList();
    assertThat(
            millrace
                .run("tail", "events", "-n", "3", "--source=véhicule-rare", "--output=value")
                .orFail()
                .stdoutLines())
        .isEqualTo(texts(ofSource.subList(ofSource.size() - 3, ofSource.size())));
  }

  @Test
  void tailSince() {
    Instant time = FIRST.plusSeconds(1200);
    assertThat(
            millrace
                .run("tail", "events", "--since=" + time, "--output=value")
                .orFail()
                .stdoutLines())
        .isEqualTo(texts(atOrAfter(time)));
  }

  @Test
  void sourcesWithCountsFirstAndLastSeen() throws IOException {
    Map<String, List<Line>> expected =
        file.stream()
            .collect(Collectors.groupingBy(Line::source, TreeMap::new, Collectors.toList()));
    JsonNode printed =
        json.readTree(millrace.run("sources", "events", "--output=json").orFail().stdout());
    assertThat(printed).hasSameSizeAs(expected.keySet());
    for (JsonNode source : printed) {
      List<Line> lines = expected.get(source.get("source").asText());
      assertThat(source.get("events").asInt()).isEqualTo(lines.size());
      assertThat(Instant.parse(source.get("firstSeen").asText()))
          .isEqualTo(lines.stream().map(Line::time).min(Instant::compareTo).orElseThrow());
      assertThat(Instant.parse(source.get("lastSeen").asText()))
          .isEqualTo(lines.stream().map(Line::time).max(Instant::compareTo).orElseThrow());
    }
  }

  @Test
  void tailFollowsOneSourceLive() throws Exception {
    millrace.run("topic", "create", "live").orFail();
    Path out = directory.resolve("tail.out");
    Process tail =
        new ProcessBuilder(
                JavaProcess.millrace(
                    millrace.withServer("tail", "live", "-f", "--source=wanted", "--output=value")))
            .redirectOutput(out.toFile())
            .redirectError(directory.resolve("tail.err").toFile())
            .start();
    try {
      millrace.run("one\n".getBytes(UTF_8), "produce", "live", "--source=wanted").orFail();
      await()
          .alias("tail follows the topic")
          .atMost(JavaProcess.LIMIT)
          .until(() -> Files.readString(out).equals("one\n"));
      millrace.run("two\n".getBytes(UTF_8), "produce", "live", "--source=wanted").orFail();
      millrace.run("noise\n".getBytes(UTF_8), "produce", "live", "--source=other").orFail();
      millrace.run("three\n".getBytes(UTF_8), "produce", "live", "--source=wanted").orFail();
      await()
          .alias("tail printed only the events of its source")
          .atMost(JavaProcess.LIMIT)
          .untilAsserted(
              () -> assertThat(Files.readAllLines(out)).containsExactly("one", "two", "three"));
      assertThat(tail.isAlive()).isTrue();
    } finally {
      tail.destroyForcibly().waitFor();
    }
  }
}
