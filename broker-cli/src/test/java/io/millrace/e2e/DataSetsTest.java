package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.StartPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real data sets, which the real command line sends to topics with one partition and reads back.
 * The values are the same bytes in the same order, also after a restart and after a kill.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataSetsTest {

  /**
   * A data set.
   *
   * @param lines number of lines in the file, including headers; -1: unknown
   * @param flags options of {@code produce}, such as the fields of time, source and key
   */
  private record DataSet(String file, int lines, String... flags) {

    String topic() {
      return file.substring(file.indexOf('/') + 1).replaceAll("[^a-zA-Z0-9_-]", "-");
    }

    byte[] bytes() {
      return SharedData.gunzip(SharedData.file(file));
    }

    List<byte[]> events() {
      List<byte[]> lines = new ArrayList<>();
      byte[] bytes = bytes();
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          lines.add(java.util.Arrays.copyOfRange(bytes, start, i));
          start = i + 1;
        }
      }
      if (start < bytes.length) {
        lines.add(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
      }
      return lines;
    }
  }

  private static final DataSet NGINX =
      new DataSet(
          "weblogs/nginx_plus_status.ndjson.gz",
          500,
          "--timestamp-field=timestamp",
          "--source-field=address",
          "--key-field=pid");
  private static final DataSet SENSORS =
      new DataSet(
          "sensors/iot_telemetry.ndjson.gz",
          50_270,
          "--timestamp-field=ts",
          "--source-field=device",
          "--key-field=device_id");
  private static final DataSet WIKI =
      new DataSet(
          "wiki/wikiticker-2015-09-12-sampled.ndjson.gz",
          39_244,
          "--timestamp-field=time",
          "--source-field=channel",
          "--key-field=page");
  private static final DataSet OVERSIZED = new DataSet("longlines/BINANCE_TR.0.log.gz", -1);

  private static final List<DataSet> SETS =
      List.of(
          new DataSet("weblogs/apache_access.log.gz", 10_000),
          NGINX,
          new DataSet("trades/btcusdt_spot_20240808.log.gz", 41_249),
          new DataSet("trades/ethusdt_spot_20240808.log.gz", 33_618, "--codec=zstd"),
          new DataSet("rides/yellow_tripdata_sample_2019-01.csv.gz", 10_001),
          new DataSet("rides/yellow_tripdata_sample_2019-02.csv.gz", 10_001),
          new DataSet("retail/online_retail_2011-11_12.csv.gz", 110_237, "--codec=lz4"),
          SENSORS,
          WIKI,
          new DataSet("longlines/BITMEX.ws.1.0.log.gz", -1),
          new DataSet("longlines/KRAKEN.ws.50.0.log.gz", -1));

  private static final Duration POLL = Duration.ofSeconds(1);

  @TempDir static Path directory;

  private EndToEndBroker broker;
  private MillraceCommand millrace;

  @BeforeAll
  void start() throws IOException {
    broker = EndToEndBroker.start(directory);
    millrace = new MillraceCommand(broker);
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @TestFactory
  Stream<DynamicTest> everySetComesBackByteForByte() {
    List<DynamicTest> tests = new ArrayList<>();
    for (DataSet set : SETS) {
      tests.add(dynamicTest("produced: " + set.topic(), () -> produce(set)));
      tests.add(dynamicTest("read back: " + set.topic(), () -> verify(set, printed(set))));
    }
    tests.add(
        dynamicTest(
            "restarted",
            () -> {
              broker.stop();
              broker.start();
            }));
    SETS.forEach(
        set ->
            tests.add(
                dynamicTest("after a restart: " + set.topic(), () -> verify(set, polled(set)))));
    tests.add(
        dynamicTest(
            "killed",
            () -> {
              broker.kill();
              broker.start();
            }));
    SETS.forEach(
        set ->
            tests.add(
                dynamicTest("after kill -9: " + set.topic(), () -> verify(set, polled(set)))));
    tests.add(dynamicTest("time, source and key: nginx", () -> verifyFields(NGINX, this::millis)));
    tests.add(
        dynamicTest("time, source and key: sensors", () -> verifyFields(SENSORS, this::secs)));
    tests.add(dynamicTest("time, source and key: wiki", () -> verifyFields(WIKI, this::iso)));
    return tests.stream();
  }

  private void produce(DataSet set) {
    millrace.run("topic", "create", set.topic()).orFail();
    List<String> arguments = new ArrayList<>(List.of("produce", set.topic(), "--file"));
    arguments.add(SharedData.file(set.file()).toString());
    arguments.addAll(List.of(set.flags()));
    millrace.run(arguments.toArray(String[]::new)).orFail();
  }

  /** The values as the command prints them. */
  private byte[] printed(DataSet set) {
    return consume(set, "value").stdout();
  }

  /** The values as the client in this process reads them, which needs no other JVM. */
  private byte[] polled(DataSet set) {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    try (MillraceClient client = PatientClient.connect(broker.address());
        Consumer consumer = client.consumer(set.topic()).from(StartPosition.earliest()).build()) {
      long end = client.admin().describeTopic(set.topic()).partitions().get(0).durable();
      while (consumer.position(0) < end) {
        for (ConsumedEvent event : consumer.poll(POLL)) {
          values.writeBytes(event.value());
          values.write('\n');
        }
      }
    }
    return values.toByteArray();
  }

  private static void verify(DataSet set, byte[] actual) {
    byte[] expected = set.bytes();
    if (expected[expected.length - 1] != '\n') {
      expected = java.util.Arrays.copyOf(expected, expected.length + 1);
      expected[expected.length - 1] = '\n';
    }
    assertThat(actual.length).as("bytes of %s", set.topic()).isEqualTo(expected.length);
    assertThat(java.util.Arrays.mismatch(actual, expected))
        .as("first byte of %s that differs", set.topic())
        .isEqualTo(-1);
    if (set.lines() >= 0) {
      assertThat(set.events()).hasSize(set.lines());
    }
  }

  private CommandResult consume(DataSet set, String output) {
    return millrace
        .run("consume", set.topic(), "--from=earliest", "--until=end", "--output=" + output)
        .orFail();
  }

  private void verifyFields(DataSet set, Function<JsonNode, Instant> time) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<byte[]> expected = set.events();
    List<String> actual = consume(set, "json").stdoutLines();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      JsonNode sent = json.readTree(expected.get(i));
      JsonNode read = json.readTree(actual.get(i));
      String at = set.topic() + " line " + (i + 1);
      assertThat(read.get("offset").asLong()).as(at).isEqualTo(i);
      assertThat(Instant.parse(read.get("timestamp").asText()))
          .as(at)
          .isEqualTo(time.apply(sent.get(field(set, "--timestamp-field="))));
      assertThat(read.get("source").asText())
          .as(at)
          .isEqualTo(sent.get(field(set, "--source-field=")).asText());
      assertThat(read.get("key").asText())
          .as(at)
          .isEqualTo(sent.get(field(set, "--key-field=")).asText());
      assertThat(read.get("value").asText())
          .as(at)
          .isEqualTo(new String(expected.get(i), StandardCharsets.UTF_8));
    }
  }

  private static String field(DataSet set, String flag) {
    return Stream.of(set.flags())
        .filter(given -> given.startsWith(flag))
        .map(given -> given.substring(flag.length()))
        .findFirst()
        .orElseThrow();
  }

  private Instant millis(JsonNode time) {
    return Instant.ofEpochMilli(time.asLong());
  }

  private Instant secs(JsonNode time) {
    BigDecimal micros = new BigDecimal(time.asText()).movePointRight(6);
    return Instant.EPOCH.plus(
        micros.setScale(0, RoundingMode.HALF_UP).longValueExact(), ChronoUnit.MICROS);
  }

  private Instant iso(JsonNode time) {
    return Instant.parse(time.asText());
  }

  @Test
  void anEventOverTheLimitIsRefusedAndTheLinesBeforeItAreStored() {
    millrace.run("topic", "create", "oversized").orFail();
    CommandResult result =
        millrace.run(
            "produce", "oversized", "--file", SharedData.file(OVERSIZED.file()).toString());
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stderr())
        .contains("EVENT_TOO_LARGE")
        .contains("1048576")
        .contains("limits.maxEventBytes");
    long before = OVERSIZED.events().stream().takeWhile(line -> line.length < 1 << 20).count();
    assertThat(
            millrace
                .run("consume", "oversized", "--from=earliest", "--until=end", "--output=value")
                .orFail()
                .stdoutLines())
        .hasSize((int) before);
  }

  @Test
  void aBrokerWithALargerLimitAcceptsIt(@TempDir Path other) throws Exception {
    SharedData.file(OVERSIZED.file());
    try (EndToEndBroker roomy =
        EndToEndBroker.start(
            other, "--set=limits.maxEventBytes=4MiB", "--set=limits.maxBatchBytes=8MiB")) {
      MillraceCommand command = new MillraceCommand(roomy);
      command.run("topic", "create", "large").orFail();
      command
          .run("produce", "large", "--file", SharedData.file(OVERSIZED.file()).toString())
          .orFail();
      byte[] read =
          command
              .run("consume", "large", "--from=earliest", "--until=end", "--output=value")
              .orFail()
              .stdout();
      assertThat(new String(read, StandardCharsets.UTF_8).stripTrailing())
          .isEqualTo(new String(OVERSIZED.bytes(), StandardCharsets.UTF_8).stripTrailing());
    }
  }
}
