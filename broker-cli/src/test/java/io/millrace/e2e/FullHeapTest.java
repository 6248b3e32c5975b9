package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.SourceListing;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that would fill the heap of the broker: it stays up, answers, and serves others, also
 * after a restart. With {@code -Dmillrace.heap=512m -Dmillrace.heap.scale=12}, the heap is that of
 * an installed broker, and there are 860,000 pairs of a producer and a partition, and 1,020,000
 * sources.
 */
class FullHeapTest {

  private static final String HEAP = System.getProperty("millrace.heap", "64m");
  private static final int SCALE = Integer.getInteger("millrace.heap.scale", 1);

  private static final int PARTITIONS = 8 * SCALE;
  private static final int PRODUCERS = 9_000;
  private static final int SOURCES = 85_000 * SCALE;
  private static final int LISTS = 14;
  private static final int SUBSCRIPTIONS = 700 * SCALE;
  private static final int SUBSCRIPTIONS_OF_CONNECTION = 1_000;

  /** A client of the test reads nothing while another one is busy. */
  private static final String PATIENT = "--set=connections.idleTimeout=1d";

  private static final Duration LONGEST_HEALTH = Duration.ofSeconds(30);

  private static final int LIST_SOURCES = 13;
  private static final int LIMIT_REACHED = 206;

  @TempDir Path directory;

  @Test
  void producersAreForgottenAndTheBrokerServesAlsoAfterARestart() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.startWithHeap(HEAP, directory, PATIENT)) {
      createTopic(broker, "rides", PARTITIONS);
      try (PlainSocketClient client = new PlainSocketClient(broker.port())) {
        client.hello("many");
        UUID topic = client.createTopic("fares", PARTITIONS);
        for (int i = 0; i < PRODUCERS; i++) {
          appendToAllPartitions(client, topic);
        }
      }
      assertServes(broker, "first");
      assertThat(reserved(broker, "producers"))
          .as("more would have filled the share")
          .isBetween(limit(broker, "producers") * 0.7, limit(broker, "producers"));

      broker.stop();
      broker.start();
      assertServes(broker, "second");
      broker.kill();
      broker.start();
      assertServes(broker, "third");
      assertThat(reserved(broker, "producers")).isLessThanOrEqualTo(limit(broker, "producers"));
    }
  }

  private static void appendToAllPartitions(PlainSocketClient client, UUID topic) throws Exception {
    ByteBuffer producer = client.call(PlainSocketClient.OPEN_PRODUCER, PlainSocketClient.NOTHING);
    long id = producer.getLong();
    int epoch = producer.getShort();
    byte[] secret = new byte[PlainSocketClient.SECRET_BYTES];
    producer.get(secret);
    ByteBuffer batch =
        PlainBatch.of(id, epoch, 0, List.of(new PlainBatch.Event(1, "vehicle-7", null, "v")));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      client.sendProduceStored(topic, partition, secret, batch);
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat((int) client.receive().body().getShort()).as("error code").isZero();
    }
  }

  @Test
  void listsOfSourcesAreRefusedAndCancelledAndTheBrokerServes() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.startWithHeap(HEAP, directory, PATIENT)) {
      createTopic(broker, "rides", 1);
      UUID topic = createTopicOfSources(broker);
      List<PlainSocketClient> callers = new ArrayList<>();
      for (int i = 0; i < LISTS; i++) {
        PlainSocketClient caller = new PlainSocketClient(broker.port());
        caller.hello("caller-" + i);
        caller.send(LIST_SOURCES, listSources(topic));
        callers.add(caller);
      }
      assertServes(broker, "with lists");
      for (PlainSocketClient vanishing : callers.subList(1, LISTS)) {
        vanishing.close();
      }
      assertServes(broker, "without callers");
      assertThat((int) callers.get(0).receive().body().getShort())
          .as("TOO_MANY_IN_FLIGHT, or LIMIT_REACHED as the last one")
          .isIn(110, LIMIT_REACHED);
      await().atMost(JavaProcess.LIMIT).until(() -> reserved(broker, "source_lists") == 0);
      PlainSocketClient.Refused refusal =
          catchThrowableOfType(
              PlainSocketClient.Refused.class,
              () -> callers.get(0).call(LIST_SOURCES, listSources(topic)));
      assertThat(refusal.code).as(refusal.getMessage()).isEqualTo(LIMIT_REACHED);
      assertThat(refusal).hasMessageContaining("MILLRACE_HEAP");
      callers.get(0).close();
      try (MillraceClient client = MillraceClient.connect(broker.address())) {
        SourceListing summary = client.admin().listSources("fares");
        assertThat(summary.otherEvents()).as("events of sources without a place").isPositive();
        assertThat(summary.sources().size() + summary.otherEvents()).isEqualTo(SOURCES);
      }
      assertServes(broker, "afterwards");
    }
  }

  private static UUID createTopicOfSources(EndToEndBroker broker) throws Exception {
    UUID topic;
    try (PlainSocketClient client = new PlainSocketClient(broker.port())) {
      client.hello("topic");
      topic = client.createTopic("fares", 10);
    }
    try (MillraceClient client = MillraceClient.connect(broker.address());
        Producer producer = client.producer("fares").build()) {
      List<CompletableFuture<?>> receipts = new ArrayList<>();
      for (int i = 0; i < SOURCES; i++) {
        receipts.add(
            producer.send(
                Event.builder().partition(i % 10).source("vehicle-" + i).value("v").build()));
      }
      CompletableFuture.allOf(receipts.toArray(CompletableFuture[]::new))
          .get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    return topic;
  }

  private static ByteBuffer listSources(UUID topic) {
    return PlainSocketClient.buffer(17)
        .putLong(topic.getMostSignificantBits())
        .putLong(topic.getLeastSignificantBits())
        .put((byte) 0)
        .flip();
  }

  @Test
  void subscriptionsWithLargeFiltersAreRefusedAndTheBrokerServes() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.startWithHeap(HEAP, directory, PATIENT)) {
      createTopic(broker, "rides", 1);
      List<PlainSocketClient> clients = new ArrayList<>();
      int refused = 0;
      UUID topic = null;
      for (int i = 0; i < SUBSCRIPTIONS; i++) {
        if (i % SUBSCRIPTIONS_OF_CONNECTION == 0) {
          clients.add(new PlainSocketClient(broker.port()));
          clients.get(clients.size() - 1).hello("subscriber");
        }
        PlainSocketClient client = clients.get(clients.size() - 1);
        topic = topic == null ? client.createTopic("fares", 1) : topic;
        client.send(PlainSocketClient.SUBSCRIBE, subscribe(i, topic));
        int error = client.receive().body().getShort();
        assertThat(error).isIn(0, LIMIT_REACHED);
        refused += error == 0 ? 0 : 1;
      }
      assertThat(refused).as("refused subscriptions").isPositive();
      assertServes(broker, "with subscriptions");
      for (PlainSocketClient client : clients) {
        client.close();
      }
      await().atMost(JavaProcess.LIMIT).until(() -> reserved(broker, "subscriptions") == 0);
      assertServes(broker, "afterwards");
    }
  }

  private static ByteBuffer subscribe(int id, UUID topic) {
    ByteBuffer body = PlainSocketClient.buffer(300_000).putInt(id);
    body.putLong(topic.getMostSignificantBits()).putLong(topic.getLeastSignificantBits());
    body.putInt(0).put((byte) 0).putLong(0).put((byte) 0).putLong(1 << 20);
    body.putShort((short) 1024);
    byte[] source = "s".repeat(255).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 1024; i++) {
      body.putShort((short) source.length).put(source);
    }
    return body.flip();
  }

  /** Answers health soon, and takes and delivers an event. */
  private static void assertServes(EndToEndBroker broker, String value) throws Exception {
    long began = System.nanoTime();
    assertThat(broker.get("/health/ready").statusCode()).isEqualTo(200);
    Duration health = Duration.ofNanos(System.nanoTime() - began);
    assertThat(health).as("health, " + value).isLessThan(LONGEST_HEALTH);
    try (MillraceClient client = MillraceClient.connect(broker.address());
        Producer producer = client.producer("rides").build();
        Consumer consumer = client.consumer("rides").from(StartPosition.earliest()).build()) {
      producer
          .send(Event.builder().partition(0).value(value).build())
          .get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
      await()
          .alias("event of " + value)
          .atMost(JavaProcess.LIMIT)
          .until(
              () ->
                  consumer.poll(Duration.ofMillis(100)).stream()
                      .anyMatch(event -> value.equals(event.valueAsString())));
    }
    System.out.printf(
        "%s: health after %d ms, served after %d ms%n",
        value, health.toMillis(), Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertThat(broker.isAlive()).isTrue();
  }

  private static void createTopic(EndToEndBroker broker, String name, int partitions) {
    try (MillraceClient client = MillraceClient.connect(broker.address())) {
      client.admin().createTopic(name, TopicSpec.partitions(partitions));
    }
  }

  private static double reserved(EndToEndBroker broker, String use) throws Exception {
    return metric(broker, "millrace_memory_reserved_bytes{use=\"" + use + "\"}");
  }

  private static double limit(EndToEndBroker broker, String use) throws Exception {
    return metric(broker, "millrace_memory_limit_bytes{use=\"" + use + "\"}");
  }

  private static double metric(EndToEndBroker broker, String name) throws Exception {
    String line =
        broker
            .get("/metrics")
            .body()
            .lines()
            .filter(each -> each.startsWith(name))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }
}
