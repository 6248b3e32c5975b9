package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.Millrace;
import io.millrace.cli.command.Streams;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code topic delete-events} against a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeleteEventsTest {

  @TempDir static Path directory;

  private final ObjectMapper json = new ObjectMapper();
  private EndToEndBroker broker;
  private MillraceCommand millrace;
  private String topic;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(Files.createTempDirectory(directory, "broker"));
    millrace = new MillraceCommand(broker);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @BeforeEach
  void nameTopic() {
    topic = "t-" + UUID.randomUUID();
  }

  private void create(int partitions) {
    millrace.run("topic", "create", topic, "--partitions=" + partitions).orFail();
  }

  private void produce(int partition, List<String> lines, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("produce", topic, "--partition=" + partition));
    command.addAll(List.of(options));
    millrace
        .run((String.join("\n", lines) + "\n").getBytes(UTF_8), command.toArray(String[]::new))
        .orFail();
  }

  /** Produces lines of the source vehicle-17 as one batch. */
  private void produceOneBatch(List<String> lines) {
    try (MillraceClient client = MillraceClient.connect(broker.address());
        Producer producer =
            client.producer(topic).source("vehicle-17").linger(Duration.ofMinutes(1)).build()) {
      List<CompletableFuture<Receipt>> sent =
          lines.stream().map(line -> producer.send(Event.of(line))).toList();
      producer.flush();
      assertThat(sent).allMatch(CompletableFuture::isDone);
    }
  }

  private static List<String> lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "line " + i).toList();
  }

  private List<String> consumed() {
    return millrace
        .run("consume", topic, "--from=earliest", "--until=end", "--format=%v\\n")
        .orFail()
        .stdoutLines();
  }

  private CommandResult delete(String... options) {
    List<String> command = new ArrayList<>(List.of("topic", "delete-events", topic));
    command.addAll(List.of(options));
    return millrace.run(command.toArray(String[]::new));
  }

  private List<Long> partitions(CommandResult result, String field) throws IOException {
    List<Long> values = new ArrayList<>();
    for (JsonNode partition : json.readTree(result.orFail().stdout()).get("partitions")) {
      values.add(partition.get(field).asLong());
    }
    return values;
  }

  private void assertRefused(CommandResult result, int exitCode, String... hints) {
    assertThat(result.exitCode()).as(result.stderr()).isEqualTo(exitCode);
    assertThat(result.stderr()).contains(hints).doesNotContain("\tat ");
    assertThat(result.stdout()).isEmpty();
  }

  @Test
  void readersStartInTheMiddleOfTheBatchAlsoAfterAKill() throws Exception {
    create(1);
    produceOneBatch(lines(0, 10));

    assertThat(delete("--before-offset=4").orFail().stdoutLines())
        .last()
        .isEqualTo("deleted 4 events of topic " + topic);

    assertStartsAt4();
    broker.kill();
    broker.start();
    assertStartsAt4();
    assertThat(delete("--before-offset=3").orFail().stdoutText()).contains("deleted 0 events");
    assertStartsAt4();
    broker.stop();
    broker.start();
    assertStartsAt4();
  }

  private void assertStartsAt4() {
    assertThat(consumed()).isEqualTo(lines(4, 10));
    assertThat(millrace.run("sources", topic, "--exact").orFail().stdoutText())
        .containsPattern("vehicle-17 +6 ");
    assertThat(millrace.run("consume", topic, "--from=3", "--until=end").stderr())
        .contains("OFFSET_OUT_OF_RANGE", "offsets 3 to 3 of partition 0 were deleted", "(1 offset)")
        .contains("'millrace consume " + topic + " --partition 0 --from 4'");
    assertThat(millrace.run("topic", "offsets", topic).orFail().stdoutText())
        .containsPattern("0 +4 +10 +10\n");
  }

  @Test
  void aDryRunPrintsTheSameAndDeletesNothing() throws IOException {
    create(2);
    produce(1, lines(0, 10));

    CommandResult planned = delete("--before-offset=4", "--partition=1", "--dry-run");
    assertThat(planned.orFail().stdoutLines())
        .containsExactly(
            "PARTITION  START  NEW START  END  DELETED  RESULT",
            "        1      0          4   10        4  ok",
            "would delete 4 events of topic "
                + topic
                + "; without --dry-run, the command deletes them");
    assertThat(consumed()).isEqualTo(lines(0, 10));

    JsonNode plan = json.readTree(delete("--all", "--dry-run", "--output=json").stdout());
    JsonNode made = json.readTree(delete("--all", "--output=json").stdout());
    assertThat(plan.get("dryRun").asBoolean()).isTrue();
    assertThat(made.get("dryRun").asBoolean()).isFalse();
    assertThat(made.get("topic").asText()).isEqualTo(topic);
    assertThat(made.get("partitions")).isEqualTo(plan.get("partitions"));
    assertThat(made.get("partitions").get(1).toString())
        .isEqualTo(
            "{\"partition\":1,\"start\":0,\"newStart\":10,\"end\":10,\"deletedEvents\":10,"
                + "\"failure\":null}");
    assertThat(consumed()).isEmpty();
  }

  @Test
  void allEventsAreDeletedAndTheOffsetsContinue() throws IOException {
    create(1);
    produce(0, lines(0, 10));

    assertThat(partitions(delete("--all", "--output=json"), "deletedEvents")).containsExactly(10L);
    assertThat(partitions(delete("--all", "--output=json"), "deletedEvents")).containsExactly(0L);
    produce(0, lines(10, 12));

    assertThat(consumed()).isEqualTo(lines(10, 12));
    assertThat(millrace.run("topic", "offsets", topic).orFail().stdoutText())
        .containsPattern("0 +10 +12 +12\n");
  }

  /** The event of 08:30 comes after that of 10:00, and stays. */
  @Test
  void eventsBeforeATimeAreDeletedInTheOrderOfTheirOffsets() throws IOException {
    create(3);
    List<String> events =
        List.of(
            "{\"at\":\"2026-03-01T08:00:00Z\"}",
            "{\"at\":\"2026-03-01T07:00:00Z\"}",
            "{\"at\":\"2026-03-01T10:00:00Z\"}",
            "{\"at\":\"2026-03-01T08:30:00Z\"}");
    produce(1, events, "--timestamp-field=at");
    produce(2, events.subList(0, 2), "--timestamp-field=at");

    CommandResult deleted = delete("--before-time=2026-03-01T09:00:00Z", "--output=json");

    assertThat(partitions(deleted, "newStart")).containsExactly(0L, 2L, 2L);
    assertThat(deleted.stderr())
        .contains(
            "partition 1 keeps offset 2 (event time 2026-03-01T10:00:00.000000Z) and all after it")
        .doesNotContain("partition 0 keeps", "partition 2 keeps");
    assertThat(consumed()).isEqualTo(events.subList(2, 4));
    assertThat(partitions(delete("--before-time=2020-01-01", "--output=json"), "deletedEvents"))
        .containsExactly(0L, 0L, 0L);
  }

  /** The reader is blocked by its output, and the rest of its events is deleted meanwhile. */
  @Test
  void aReaderWhoseEventsAreDeletedIsToldHowToContinue() throws Exception {
    create(2);
    int events = 400;
    try (MillraceClient client = MillraceClient.connect(broker.address());
        Producer producer = client.producer(topic).build()) {
      for (int i = 0; i < events; i++) {
        producer.send(Event.builder().value("x".repeat(100_000)).partition(1).build());
      }
      producer.flush();
    }
    CountDownLatch reads = new CountDownLatch(1);
    CountDownLatch deleted = new CountDownLatch(1);
    OutputStream blocked =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            reads.countDown();
            try {
              assertThat(deleted.await(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            InputStream.nullInputStream(), blocked, new PrintStream(err, true, UTF_8), false);
    String[] command =
        millrace.withServer("consume", topic, "--until=end", "--format=%o ").toArray(String[]::new);
    FutureTask<Integer> reader = new FutureTask<>(() -> Millrace.run(streams, command));
    new Thread(reader, "reader").start();
    assertThat(reads.await(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    delete("--all").orFail();
    deleted.countDown();

    assertThat(reader.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .containsPattern("offsets [0-9]+ to 399 of partition 1 were deleted")
        .contains("'millrace consume " + topic + " --partition 1 --from 400'")
        .doesNotContain(" log ");
  }

  @Test
  void whatIsUnclearOrUnknownIsRefused() throws IOException {
    create(2);
    produce(0, lines(0, 3));

    assertRefused(delete("--before-offset=1"), 2, "topic '" + topic + "' has 2; add --partition");
    assertRefused(
        delete("--before-offset=4", "--partition=0"),
        1,
        "OFFSET_OUT_OF_RANGE",
        "partition 0",
        "end before offset 3",
        "use --all");
    assertRefused(
        delete("--before-offset=1", "--partition=2"), 1, "UNKNOWN_PARTITION", "partitions 0 to 1");
    assertRefused(
        millrace.run("topic", "delete-events", "zebra", "--all"), 1, "UNKNOWN_TOPIC", "zebra");
    assertThat(consumed()).isEqualTo(lines(0, 3));
  }
}
