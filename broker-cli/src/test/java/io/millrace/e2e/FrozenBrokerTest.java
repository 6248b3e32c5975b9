package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process of the broker is suspended (SIGSTOP) for longer than every timeout, and resumed
 * (SIGCONT), as with a suspended virtual machine. Waiting clients continue, and no event is lost or
 * duplicated.
 */
class FrozenBrokerTest {

  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration FROZEN = Duration.ofSeconds(3);
  private static final int EVENTS = 50;
  private static final int ROUNDS = 2;

  @TempDir Path directory;

  @Test
  void waitingClientsContinueAndNoEventIsLostOrDuplicated() throws Exception {
    try (EndToEndBroker broker =
            EndToEndBroker.start(
                directory,
                "--set",
                "connections.idleTimeout=" + IDLE_TIMEOUT.toSeconds() + "s",
                "--set",
                "connections.writeStallTimeout=1s");
        MillraceClient admin = PatientClient.connect(broker.address());
        MillraceClient client =
            PatientClient.withShortTimeouts(
                MillraceClient.builder()
                    .server(broker.address())
                    .connectTimeout(IDLE_TIMEOUT)
                    .requestTimeout(IDLE_TIMEOUT.multipliedBy(2)))) {
      admin.admin().createTopic("t", TopicSpec.partitions(1));
      try (Producer producer = client.producer("t").retry(PatientClient.retry()).build();
          Consumer consumer = client.consumer("t").from(StartPosition.earliest()).build()) {
        List<String> read = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          long first = (long) round * 2 * EVENTS;
          awaitOffsets(send(producer, first), first);
          signal(broker, "STOP");
          List<CompletableFuture<Receipt>> waiting = send(producer, first + EVENTS);
          assertThatThrownBy(() -> waiting.get(0).get(FROZEN.toMillis(), TimeUnit.MILLISECONDS))
              .isInstanceOf(TimeoutException.class);
          signal(broker, "CONT");
          awaitOffsets(waiting, first + EVENTS);
          readUpTo(consumer, read, (round + 1) * 2 * EVENTS);
        }
        assertThat(consumer.poll(Duration.ofMillis(200))).as("events that were not sent").isEmpty();
        assertThat(read)
            .isEqualTo(IntStream.range(0, ROUNDS * 2 * EVENTS).mapToObj(i -> "v" + i).toList());
      }
    }
  }

  private static List<CompletableFuture<Receipt>> send(Producer producer, long first) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (long i = first; i < first + EVENTS; i++) {
      receipts.add(producer.send(Event.of("k", "v" + i)));
    }
    return receipts;
  }

  private static void awaitOffsets(List<CompletableFuture<Receipt>> receipts, long first)
      throws Exception {
    long expected = first;
    for (CompletableFuture<Receipt> receipt : receipts) {
      assertThat(receipt.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS).offset())
          .isEqualTo(expected++);
    }
  }

  private static void readUpTo(Consumer consumer, List<String> read, int count) {
    while (read.size() < count) {
      List<ConsumedEvent> events = consumer.poll(JavaProcess.LIMIT);
      assertThat(events).as("after " + read.size() + " events").isNotEmpty();
      events.forEach(event -> read.add(event.valueAsString()));
    }
  }

  private static void signal(EndToEndBroker broker, String name)
      throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, String.valueOf(broker.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
