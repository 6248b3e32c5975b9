package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import io.millrace.embedded.EmbeddedBroker;
import io.millrace.junit.MillraceTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Connections between client and broker with other faults than cuts: bytes arrive one by one, only
 * one direction ends, or a connection is accepted and nothing is answered. All events arrive, once
 * and in order.
 */
@MillraceTest
class FaultyConnectionsTest {

  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

  private final EmbeddedBroker broker;
  private FaultProxy proxy;

  FaultyConnectionsTest(EmbeddedBroker broker) {
    this.broker = broker;
  }

  @BeforeEach
  void start() throws IOException {
    proxy = FaultProxy.before(broker.port());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
  }

  @Test
  void framesMayArriveByteByByte() throws Exception {
    proxy.trickle();
    try (MillraceClient client = PatientClient.connect(proxy.address())) {
      client.admin().createTopic("t", TopicSpec.partitions(1));
      List<String> sent = new ArrayList<>();
      try (Producer producer = client.producer("t").retry(PatientClient.retry()).build()) {
        sendAndAwait(producer, sent, 50);
      }
      assertThat(read(client, sent.size())).isEqualTo(sent);
    }
  }

  @Test
  void aHalfClosedConnectionIsClosedAndNoEventIsLostOrDuplicated() throws Exception {
    proxy.cutOneDirectionOnly();
    try (MillraceClient client = PatientClient.connect(proxy.address())) {
      client.admin().createTopic("t", TopicSpec.partitions(1));
      List<String> sent = new ArrayList<>();
      try (Producer producer = client.producer("t").retry(PatientClient.retry()).build()) {
        for (int bytes : List.of(0, 3, 60, 150, 230)) {
          proxy.cutToBrokerAfter(bytes);
          sendAndAwait(producer, sent, 3);
          proxy.cutFromBrokerAfter(bytes / 4);
          sendAndAwait(producer, sent, 3);
        }
        proxy.stopCutting();
      }
      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(8);
      assertThat(read(client, sent.size())).isEqualTo(sent);
    }
  }

  @Test
  void aConnectionWithoutAnswerFailsAfterTheTimeout() {
    proxy.beSilent(true);
    assertThatThrownBy(() -> withShortTimeouts().build())
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(proxy.address());
  }

  @Test
  void aProducerContinuesAfterAConnectionWithoutAnswers() throws Exception {
    try (MillraceClient direct = PatientClient.connect(broker.address());
        MillraceClient client = PatientClient.withShortTimeouts(withShortTimeouts())) {
      direct.admin().createTopic("t", TopicSpec.partitions(1));
      List<String> sent = new ArrayList<>();
      try (Producer producer = client.producer("t").retry(PatientClient.retry()).build()) {
        sendAndAwait(producer, sent, 3);
        proxy.beSilent(true);
        proxy.cutAll();
        List<CompletableFuture<Receipt>> waiting = send(producer, sent, 3);
        assertThatThrownBy(
                () -> waiting.get(0).get(SHORT_TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS))
            .as("the broker cannot have answered")
            .isInstanceOf(TimeoutException.class);
        proxy.beSilent(false);
        await(waiting, sent.size() - 3);
      }
      assertThat(read(direct, sent.size())).isEqualTo(sent);
    }
  }

  private MillraceClient.Builder withShortTimeouts() {
    return MillraceClient.builder()
        .server(proxy.address())
        .connectTimeout(SHORT_TIMEOUT)
        .requestTimeout(SHORT_TIMEOUT.multipliedBy(5));
  }

  private static void sendAndAwait(Producer producer, List<String> sent, int count)
      throws Exception {
    await(send(producer, sent, count), sent.size() - count);
  }

  private static List<CompletableFuture<Receipt>> send(
      Producer producer, List<String> sent, int count) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String value = "value-" + sent.size();
      sent.add(value);
      receipts.add(producer.send(Event.of("k", value)));
    }
    return receipts;
  }

  private static void await(List<CompletableFuture<Receipt>> receipts, long firstOffset)
      throws Exception {
    long expected = firstOffset;
    for (CompletableFuture<Receipt> receipt : receipts) {
      assertThat(receipt.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS).offset())
          .isEqualTo(expected++);
    }
  }

  private static List<String> read(MillraceClient client, int count) {
    List<String> read = new ArrayList<>();
    try (Consumer consumer = client.consumer("t").from(StartPosition.earliest()).build()) {
      while (read.size() < count) {
        List<ConsumedEvent> events = consumer.poll(JavaProcess.LIMIT);
        assertThat(events).as("after " + read).isNotEmpty();
        events.forEach(event -> read.add(event.valueAsString()));
      }
      assertThat(consumer.poll(Duration.ofMillis(200))).as("events that were not sent").isEmpty();
    }
    return read;
  }
}
