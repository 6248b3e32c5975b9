package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Codec;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker with the example of the section Quotas of docs/operations.md, and the Java client. Time
 * that the machine loses makes a run longer, and never shorter.
 */
class QuotasPageTest {

  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("## Quotas\\n.*?```yaml\\n(.*?)```", Pattern.DOTALL);

  private static final int EVENT_BYTES = 8 * 1024;
  private static final int PARTITIONS = 4;

  @TempDir Path directory;

  private EndToEndBroker broker;

  @BeforeEach
  void start() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
    assertThat(example.find()).as("an example in the section Quotas").isTrue();
    Path config = Files.writeString(directory.resolve("broker.yaml"), example.group(1));
    broker = EndToEndBroker.start(directory, "--config", config.toString());
    try (MillraceClient client = client("setup")) {
      client.admin().createTopic("rides", TopicSpec.partitions(PARTITIONS));
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private MillraceClient client(String name) {
    return PatientClient.connect(broker.address(), name);
  }

  private static List<CompletableFuture<Receipt>> send(Producer producer, int events) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      byte[] value = new byte[EVENT_BYTES];
      receipts.add(
          producer.send(
              Event.builder()
                  .partition(i % PARTITIONS)
                  .key(Integer.toString(i))
                  .value(value)
                  .build()));
    }
    return receipts;
  }

  private static long millisSince(long startNanos) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  private double metric(String name, String kind, String subject, String direction)
      throws Exception {
    String series =
        name + "{direction=\"" + direction + "\",kind=\"" + kind + "\",name=\"" + subject + "\"} ";
    return broker
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst()
        .orElse(-1);
  }

  @Test
  void theExampleHoldsForTheJavaClient() throws Exception {
    assertThat(metric("millrace_quota_bytes_per_second", "client", "billing", "produce"))
        .isEqualTo(1 << 20);
    assertThat(metric("millrace_quota_bytes_per_second", "client", "billing", "read"))
        .isEqualTo(-1);
    assertThat(metric("millrace_quota_bytes_per_second", "source", "vehicle-17", "produce"))
        .isEqualTo(64 << 10);
    try (MillraceClient client = client("billing")) {
      long start = System.nanoTime();
      try (Producer producer =
          client.producer("rides").source("s").compression(Codec.NONE).build()) {
        List<CompletableFuture<Receipt>> receipts = send(producer, 512);
        producer.flush();
        assertThat(receipts).allMatch(receipt -> !receipt.isCompletedExceptionally());
      }
      // 4 MiB, of which 1 MiB is the burst. Several batches are held at the same time, each for 5 s
      // at most, and what is sent is far less than the quota of a minute.
      assertThat(millisSince(start)).isGreaterThanOrEqualTo(2_900);
    }
    assertThat(metric("millrace_quota_throttled_seconds_total", "client", "billing", "produce"))
        .isBetween(1.0, 4.0);
    assertThat(events()).hasSize(512);
  }

  @Test
  void whatAQuotaDelaysSurvivesAKilledBrokerOnce() throws Exception {
    try (MillraceClient client = client("billing");
        Producer producer =
            client
                .producer("rides")
                .source("s")
                .compression(Codec.NONE)
                .retry(PatientClient.retry())
                .build()) {
      List<CompletableFuture<Receipt>> receipts = send(producer, 512);
      receipts.get(0).get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
      broker.kill();
      broker.start();
      producer.flush();
      assertThat(receipts).allMatch(receipt -> !receipt.isCompletedExceptionally());
    }
    assertThat(events()).hasSize(512).allSatisfy((key, count) -> assertThat(count).isOne());
  }

  /** The number of events with each key, of another client. */
  private Map<String, Integer> events() {
    Map<String, Integer> found = new HashMap<>();
    try (MillraceClient client = client("reader");
        Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
      int events = 0;
      while (events < 512) {
        for (ConsumedEvent event : consumer.poll(Duration.ofSeconds(1))) {
          found.merge(event.keyAsString(), 1, Integer::sum);
          events++;
        }
      }
      assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
    }
    return found;
  }
}
