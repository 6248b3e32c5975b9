package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.cli.Millrace;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.Header;
import io.millrace.client.PartitionDescription;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueuedEvent;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code millrace group redrive}, with a real broker in this process. */
class RedriveTest {

  private static final Instant TIME = Instant.parse("2026-03-01T08:00:00Z");
  private static final int JOBS = 8;

  @TempDir Path directory;

  private GroupsBroker broker;

  @BeforeEach
  void start() throws Exception {
    broker = new GroupsBroker(directory);
    broker.client().admin().createTopic("orders", TopicSpec.partitions(3));
    try (Producer producer = broker.client().producer("orders").build()) {
      for (int i = 0; i < JOBS; i++) {
        producer.send(
            Event.builder()
                .source("shop")
                .timestamp(TIME)
                .key("k" + i)
                .value("v" + i)
                .header("trace", "t" + i)
                .build());
      }
    }
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /** Rejects the events with even numbers, and uses up the attempts of the others. */
  private void letDie(String queue, int events) {
    try (QueueConsumer consumer =
        broker.client().queueConsumer("orders", queue).maxAttempts(1).build()) {
      int settled = 0;
      while (settled < events) {
        for (QueuedEvent job : consumer.poll(Duration.ofSeconds(1))) {
          boolean even = (job.valueAsString().charAt(1) - '0') % 2 == 0;
          (even ? consumer.reject(job, "even") : consumer.fail(job, "odd")).join();
          settled++;
        }
      }
    }
    awaitDeadLetters(events);
  }

  private void awaitDeadLetters(int count) {
    await().atMost(JavaProcess.LIMIT).until(() -> durable("orders.dead-letters") >= count);
  }

  private long durable(String topic) {
    return broker.client().admin().listTopics().stream()
        .filter(each -> each.name().equals(topic))
        .flatMap(each -> each.partitions().stream())
        .mapToLong(PartitionDescription::durable)
        .sum();
  }

  private List<ConsumedEvent> read(String topic) {
    List<ConsumedEvent> events = new ArrayList<>();
    try (Consumer consumer =
        broker.client().consumer(topic).from(StartPosition.earliest()).build()) {
      while (events.size() < durable(topic)) {
        events.addAll(consumer.poll(Duration.ofSeconds(1)));
      }
    }
    return events;
  }

  @Test
  void eachDeadLetterIsMovedOnceToWhereItsEventWas() {
    letDie("workers", JOBS);
    assertThat(run("group", "redrive", "workers"))
        .last()
        .asString()
        .startsWith("found 8 dead letters of queue workers");
    assertThat(durable("orders")).isEqualTo(JOBS);

    assertThat(run("group", "redrive", "workers", "--reason", "attempts", "--max", "1", "--apply"))
        .last()
        .isEqualTo("moved 1 dead letter of queue workers");
    assertThat(run("group", "redrive", "workers", "--reason", "rejected", "--apply"))
        .last()
        .isEqualTo("moved 4 dead letters of queue workers");
    assertThat(run("group", "redrive", "workers", "--apply", "--output", "json"))
        .singleElement()
        .asString()
        .contains("\"dlqReason\":\"attempts\",\"found\":4,\"moved\":3,\"movedBefore\":1")
        .contains("\"dlqReason\":\"rejected\",\"found\":4,\"moved\":0,\"movedBefore\":4");
    assertThat(run("group", "redrive", "workers", "--apply"))
        .last()
        .isEqualTo("moved 0 dead letters of queue workers");

    List<ConsumedEvent> events = read("orders");
    assertThat(events).hasSize(2 * JOBS);
    for (int i = 0; i < JOBS; i++) {
      String key = "k" + i;
      List<ConsumedEvent> both =
          events.stream().filter(each -> each.keyAsString().equals(key)).toList();
      assertThat(both).hasSize(2);
      assertThat(both.get(1).partition()).isEqualTo(both.get(0).partition());
      assertThat(both.get(1).valueAsString()).isEqualTo(both.get(0).valueAsString());
      assertThat(both.get(1).source()).isEqualTo("shop");
      assertThat(both.get(1).timestamp()).isEqualTo(TIME);
      assertThat(both.get(1).headers()).extracting(Header::name).containsExactly("trace");
    }
  }

  @Test
  void eventsThatDieAgainAreMovedAgain() {
    letDie("workers", JOBS);
    run("group", "redrive", "workers", "--apply");
    letDie("workers", JOBS);
    awaitDeadLetters(2 * JOBS);
    assertThat(run("group", "redrive", "workers", "--apply"))
        .last()
        .isEqualTo("moved 8 dead letters of queue workers");
    assertThat(durable("orders")).isEqualTo(3 * JOBS);
  }

  @Test
  void theDeadLettersOfOtherQueuesStay() {
    letDie("others", JOBS);
    try (QueueConsumer consumer = broker.client().queueConsumer("orders", "workers").build()) {
      assertThat(consumer.queue()).isEqualTo("workers");
    }
    assertThat(run("group", "redrive", "workers", "--apply"))
        .containsExactly("queue workers has no such dead letters in topic orders.dead-letters");
    assertThat(
            run("group", "redrive", "others", "--from", "orders.dead-letters", "--topic", "none"))
        .containsExactly("queue others has no such dead letters in topic orders.dead-letters");
    assertThat(durable("orders")).isEqualTo(JOBS);
  }

  @Test
  void aQueueWithoutDeadLettersIsRefusedWithTheNextStep() {
    try (QueueConsumer consumer =
        broker.client().queueConsumer("orders", "workers").discardDeadLetters().build()) {
      assertThat(consumer.settings().discardsDeadLetters()).isTrue();
    }
    assertThat(fail("group", "redrive", "workers")).contains("keeps no dead letters", "--from");
  }

  @Test
  void lettersOfADeletedTopicAreRefusedWithTheNextStep() {
    letDie("workers", JOBS);
    assertThat(run("group", "redrive", "workers", "--topic", "other", "--apply"))
        .containsExactly("queue workers has no such dead letters");
    broker.client().admin().deleteTopic("orders");
    assertThat(fail("group", "redrive", "workers", "--from", "orders.dead-letters", "--apply"))
        .contains("orders", "create it again", "--topic");
  }

  /** Runs a command that fails, and returns what it says. */
  private String fail(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--server", broker.address()));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Millrace.run(streams(new ByteArrayOutputStream(), err), all.toArray(String[]::new));
    assertThat(code).isEqualTo(ExitCode.FAILED);
    return err.toString(StandardCharsets.UTF_8);
  }

  private static Streams streams(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Streams(
        new ByteArrayInputStream(new byte[0]),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false);
  }

  private List<String> run(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--server", broker.address()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Millrace.run(streams(out, err), all.toArray(String[]::new));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
