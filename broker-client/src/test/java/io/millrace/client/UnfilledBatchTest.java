package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limit of unfilled batches of a producer, with a broker that is slow to answer. */
class UnfilledBatchTest extends BrokerTest {

  /** The limit of unfilled batches in flight. */
  private static final int MANY = 32;

  /** The full batches in flight of one partition. */
  private static final int IN_FLIGHT = 16;

  private static final int ATTEMPTS = 20;
  private static final String HALF_A_BATCH = "x".repeat(600);

  private BlockingQueue<Exchange> held;
  private Producer producer;

  @BeforeEach
  void makeWideTopic() {
    broker.topic("wide", MANY + 3);
    producer = client().producer("wide").batchBytes(1024).maxInFlight(IN_FLIGHT).build();
  }

  private List<Exchange> reachTheLimit() throws Exception {
    held = broker.hold(ProduceRequest.class);
    for (int partition = 0; partition < MANY; partition++) {
      producer.post(to(partition, "v"));
    }
    return take(MANY);
  }

  private List<Exchange> take(int count) throws Exception {
    List<Exchange> sent = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sent.add(next(held));
    }
    return sent;
  }

  @Test
  void batchesFillWhileTheyWaitAtTheLimit() throws Exception {
    final List<Exchange> many = reachTheLimit();
    producer.post(to(MANY, "v"));
    producer.post(to(MANY + 1, "v"));
    producer.post(to(MANY, "v"));
    assertNothingIsSent();

    many.get(0).proceed();
    Exchange longestWaiting = next(held);
    assertThat(partition(longestWaiting)).isEqualTo(MANY);
    assertThat(ProducerTest.recordCount(longestWaiting)).isEqualTo(2);
    assertNothingIsSent();

    many.get(1).proceed();
    assertThat(partition(next(held))).isEqualTo(MANY + 1);
    broker.script(Exchange::proceed);
    many.subList(2, MANY).forEach(Exchange::proceed);
  }

  @Test
  void answeredPartitionIsQueuedAfterWaitingPartitions() throws Exception {
    List<Exchange> many = reachTheLimit();
    producer.post(to(MANY, "v"));
    producer.post(to(0, "v"));
    assertNothingIsSent();

    many.get(0).proceed();
    assertThat(partition(next(held))).isEqualTo(MANY);
    assertNothingIsSent();

    many.get(1).proceed();
    assertThat(partition(next(held))).isZero();
  }

  @Test
  void fullBatchIsNotLimited() throws Exception {
    reachTheLimit();
    producer.post(to(MANY, HALF_A_BATCH));
    producer.post(to(MANY, HALF_A_BATCH));
    assertThat(partition(next(held))).isEqualTo(MANY);
    assertNothingIsSent();
  }

  @Test
  void fullBatchesAreNotCounted() throws Exception {
    // After the first receipt, several batches may be in flight.
    IntStream.range(0, 4).forEach(partition -> get(producer.send(to(partition, "v"))));
    held = broker.hold(ProduceRequest.class);
    for (int i = 0; i < 2 * IN_FLIGHT; i++) {
      for (int partition = 0; partition < 4; partition++) {
        producer.post(to(partition, HALF_A_BATCH));
      }
    }
    take(4 * IN_FLIGHT);
    assertNothingIsSent();

    producer.post(to(MANY, "v"));
    assertThat(partition(next(held))).isEqualTo(MANY);
  }

  @Test
  void brokenConnectionEndsAllWaiting() throws Exception {
    reachTheLimit();
    CompletableFuture<Receipt> waited = producer.send(to(MANY, "v"));
    assertNothingIsSent();

    broker.script(Exchange::proceed);
    broker.session().cut();
    assertThat(get(waited).offset()).isZero();
    // Lost batches are not counted any more, so no partition has to wait.
    List<CompletableFuture<Receipt>> receipts =
        IntStream.range(0, MANY).mapToObj(partition -> producer.send(to(partition, "w"))).toList();
    receipts.forEach(receipt -> assertThat(get(receipt).offset()).isEqualTo(1));
  }

  @Test
  void waitingPartitionThatFailsDoesNotBlockOthers() throws Exception {
    // Without an identity, a failed batch does not stay in flight.
    producer =
        client()
            .producer("wide")
            .idempotent(false)
            .retry(fastRetry().deliveryTimeout(Duration.ofSeconds(3)))
            .build();
    reachTheLimit();
    CompletableFuture<Receipt> waited = producer.send(to(MANY, "v"));
    assertNothingIsSent();
    broker.stop();
    assertThat(failure(waited).code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
    assertThat(thrownBy(producer::flush).code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);

    broker.script(Exchange::proceed);
    broker.start();
    assertThat(IntStream.range(0, ATTEMPTS).anyMatch(attempt -> isDelivered(to(0, "w"))))
        .as("one of %d events is delivered", ATTEMPTS)
        .isTrue();
  }

  /** On a slow machine, the timeout may be over before the broker is restarted. */
  private boolean isDelivered(Event event) {
    return get(producer.send(event).handle((receipt, failure) -> failure == null));
  }

  @Test
  void unansweredBatchesAreNotCountedOnceTheyAreWritten() {
    broker.script(Exchange::proceed);
    Producer careless = client().producer("wide").ack(Ack.NONE).build();
    List<CompletableFuture<Receipt>> written = new ArrayList<>();
    for (int i = 0; i < 4 * MANY; i++) {
      written.add(careless.send(to(i % MANY, "v")));
    }
    written.forEach(receipt -> assertThat(get(receipt).offset()).isEqualTo(Receipt.UNKNOWN_OFFSET));
  }

  /** The response arrives after the event loop has run its earlier tasks. */
  private void assertNothingIsSent() {
    client().admin().listTopics();
    assertThat(held).isEmpty();
  }

  private static int partition(Exchange produce) {
    return ((ProduceRequest) produce.request()).partition();
  }

  private static Event to(int partition, String value) {
    return Event.builder().value(value).partition(partition).build();
  }
}
