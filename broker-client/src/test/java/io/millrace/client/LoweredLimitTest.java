package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakePartition;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reconnects to a broker whose batch limit is lower than when the producer was opened. */
class LoweredLimitTest extends BrokerTest {

  private static final int LIMIT_BYTES = 2048;
  private static final String LARGE = "x".repeat(LIMIT_BYTES);

  private FakePartition log;

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
    log = broker.partition("rides", 0);
  }

  /** One batch for each large event. */
  private Producer.Builder producer() {
    return client().producer("rides").batchBytes(1024).retry(fastRetry());
  }

  private void comeBackWithLimit() {
    broker.stop();
    broker.script(Exchange::proceed);
    broker.maxBatchBytes(LIMIT_BYTES);
    broker.start();
  }

  @Test
  void batchOverTheLimitFailsAloneBeforeItIsSent() {
    Producer producer = producer().build();
    get(producer.send(Event.of("first")));
    comeBackWithLimit();
    get(producer.send(Event.of("second")));
    List<CompletableFuture<Receipt>> receipts =
        List.of(producer.send(Event.of(LARGE)), producer.send(Event.of("third")));

    MillraceException failure = failure(receipts.get(0));
    assertThat(failure.code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
    assertThat(failure)
        .hasMessageContaining("topic rides partition 0")
        .hasMessageContaining("limit " + LIMIT_BYTES)
        .hasMessageContaining("it is not stored");
    assertThat(get(receipts.get(1)).offset()).isEqualTo(2);
    assertThat(log.values()).containsExactly("first", "second", "third");
  }

  @ParameterizedTest(name = "stored before: {0}")
  @ValueSource(booleans = {true, false})
  void sentBatchOverTheLimitFailsAndTheOthersAreStoredOnce(boolean stored) throws Exception {
    Producer producer = producer().build();
    // After the first receipt, several batches may be in flight.
    get(producer.send(Event.of("first")));
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    CompletableFuture<Receipt> before = producer.send(Event.of("before"));
    final Exchange first = next(held);
    CompletableFuture<Receipt> large = producer.send(Event.of(LARGE));
    CompletableFuture<Receipt> after = producer.send(Event.of("after"));
    producer.send(Event.of(LARGE));
    final List<Exchange> sent = List.of(first, next(held), next(held));
    if (stored) {
      sent.forEach(Exchange::execute);
    }
    comeBackWithLimit();

    MillraceException failure = failure(large);
    assertThat(failure.code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
    assertThat(failure).hasMessageContaining("may be stored");
    get(before);
    get(after);
    assertThat(log.values())
        .containsExactlyElementsOf(
            stored
                ? List.of("first", "before", LARGE, "after")
                : List.of("first", "before", "after"));
  }

  @Test
  void batchOverTheLimitEndsANamedProducer() throws Exception {
    Producer producer = producer().name("import-2026").build();
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    CompletableFuture<Receipt> large =
        producer.send(Event.builder().value(LARGE).sequence(1).build());
    CompletableFuture<Receipt> after =
        producer.send(Event.builder().value("v").sequence(2).build());
    next(held);
    comeBackWithLimit();

    assertThat(failure(large).code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
    assertThat(failure(after).code()).isEqualTo(ErrorCode.BATCH_TOO_LARGE);
    assertThat(thrownBy(() -> producer.send(Event.builder().value("v").sequence(3).build())).code())
        .isEqualTo(ErrorCode.BATCH_TOO_LARGE);
    assertThat(log.values()).isEmpty();
  }
}
