package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakePartition;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.OpenNamedProducerRequest;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A named producer stores each event once and skips none, even if a process sends all again. */
class NamedProducerRepeatTest extends BrokerTest {

  private FakePartition log;

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
    log = broker.partition("rides", 0);
  }

  private Producer.Builder builder(String topic) {
    return client().producer(topic).name("import-2026").retry(fastRetry());
  }

  private Producer open() {
    return builder("rides").build();
  }

  private static Event event(long sequence) {
    return Event.builder().sequence(sequence).value("v" + sequence).build();
  }

  private static List<CompletableFuture<Receipt>> send(Producer producer, long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(i -> producer.send(event(i))).toList();
  }

  private static List<String> values(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(i -> "v" + i).toList();
  }

  @Test
  void anImportThatIsRepeatedFromItsBeginningStoresEachEventOnce() {
    Producer first = open();
    assertThat(first.lastSequence()).isEqualTo(Event.NO_SEQUENCE);
    send(first, 1, 60);
    first.close();
    Producer second = open();
    assertThat(second.lastSequence()).isEqualTo(60);
    assertThat(second.lastSequence(0)).isEqualTo(60);

    List<CompletableFuture<Receipt>> receipts = send(second, 1, 100);
    second.flush();

    assertThat(log.values()).isEqualTo(values(1, 100));
    assertThat(receipts.subList(0, 60))
        .allSatisfy(receipt -> assertThat(get(receipt).offset()).isEqualTo(-1));
    assertThat(get(receipts.get(60)).offset()).isEqualTo(60);
  }

  @Test
  void eventsWithGapsShareABatch() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = open();
    producer.send(event(1));
    Exchange first = next(held);
    List<CompletableFuture<Receipt>> rest =
        List.of(producer.send(event(5)), producer.send(event(90)), producer.send(event(1000)));
    broker.script(Exchange::proceed);
    first.proceed();
    rest.forEach(BrokerTest::get);
    assertThat(log.batches()).hasSize(2);
    assertThat(log.lastNamedSequence()).isEqualTo(1000);
  }

  @Test
  void oneBatchIsInFlightAtATime() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = builder("rides").batchBytes(1024).build();
    List<CompletableFuture<Receipt>> receipts = send(producer, 1, 200);
    for (int answered = 0; !receipts.get(199).isDone(); answered++) {
      Exchange only = next(held);
      assertThat(broker.requests(ProduceRequest.class)).hasSize(answered + 1);
      only.proceed();
      if (log.lastNamedSequence() == 200) {
        get(receipts.get(199));
      }
    }
    assertThat(log.values()).isEqualTo(values(1, 200));
  }

  @Test
  void batchWithARetriableRefusalIsResentBeforeLaterBatches() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = builder("rides").batchBytes(1024).build();
    List<CompletableFuture<Receipt>> receipts = send(producer, 1, 100);
    next(held).refuse(ErrorCode.DISK_FULL);
    Exchange lost = next(held);
    lost.execute();
    broker.script(Exchange::proceed);
    lost.cut();
    receipts.forEach(BrokerTest::get);
    assertThat(log.values()).isEqualTo(values(1, 100));
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"STALE_PRODUCER_EPOCH", "EVENT_TOO_LARGE", "OUT_OF_ORDER_SEQUENCE"})
  void itEndsAtAFinalRefusal(ErrorCode code) throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = builder("rides").batchBytes(1024).build();
    List<CompletableFuture<Receipt>> receipts = send(producer, 1, 100);
    Exchange first = next(held);
    broker.script(Exchange::proceed);
    first.refuse(code);
    receipts.forEach(receipt -> assertThat(failure(receipt).code()).isEqualTo(code));
    assertThatThrownBy(() -> producer.send(event(101))).hasMessageContaining("scripted");
    assertThat(log.values()).isEmpty();
  }

  @Test
  void itEndsAtTheDeliveryTimeout() throws InterruptedException {
    broker.hold(ProduceRequest.class);
    Producer producer =
        builder("rides").retry(fastRetry().deliveryTimeout(Duration.ofSeconds(1))).build();
    CompletableFuture<Receipt> first = producer.send(event(1));
    MillraceException undelivered = failure(first);
    assertThat(undelivered.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
    assertThat(undelivered).hasMessageContaining("nothing was sent after it");
    assertThatThrownBy(() -> producer.send(event(2))).isInstanceOf(MillraceException.class);
  }

  @Test
  void openingTheNameAgainEndsTheFirstProducer() {
    Producer first = open();
    get(first.send(event(1)));
    Producer second = open();
    assertThat(failure(first.send(event(2))).code()).isEqualTo(ErrorCode.STALE_PRODUCER_EPOCH);
    get(second.send(event(2)));
    assertThat(log.values()).isEqualTo(values(1, 2));
  }

  @Test
  void aSequenceThatDoesNotIncreaseIsRefused() {
    Producer producer = open();
    get(producer.send(event(7)));
    MillraceException refused =
        catchThrowableOfType(MillraceException.class, () -> producer.send(event(7)));
    assertThat(refused.code()).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE);
    assertThat(refused).hasMessageContaining("sequence 7 was sent after one with 7");
    get(producer.send(event(8)));
  }

  @Test
  void nameAndSequencesBelongTogether() {
    Producer named = open();
    Producer unnamed = client().producer("rides").build();
    assertThatThrownBy(() -> named.send(Event.of("x"))).hasMessageContaining("no sequence");
    assertThatThrownBy(() -> unnamed.send(event(1))).hasMessageContaining("no name");
    assertThat(unnamed.lastSequence()).isEqualTo(Event.NO_SEQUENCE);
  }

  @Test
  void anEventWithoutAKeyGoesToThePartitionOfItsSequence() {
    broker.topic("wide", 3);
    try (Producer producer = builder("wide").build()) {
      for (long sequence : new long[] {0, 1023, 1024, 2047, 2048, 3072}) {
        producer.send(event(sequence));
      }
    }
    assertThat(broker.partition("wide", 0).values()).containsExactly("v0", "v1023", "v3072");
    assertThat(broker.partition("wide", 1).values()).containsExactly("v1024", "v2047");
    assertThat(broker.partition("wide", 2).values()).containsExactly("v2048");
  }

  @Test
  void itContinuesAfterTheSmallestOfTheLastSequences() {
    broker.topic("wide", 2);
    try (Producer producer = builder("wide").build()) {
      producer.send(Event.builder().sequence(3).partition(0).value("a").build());
      assertThat(producer.lastSequence()).isEqualTo(Event.NO_SEQUENCE);
    }
    try (Producer producer = builder("wide").build()) {
      assertThat(producer.lastSequence()).isEqualTo(Event.NO_SEQUENCE);
      producer.send(Event.builder().sequence(9).partition(1).value("b").build());
    }
    try (Producer producer = builder("wide").build()) {
      assertThat(producer.lastSequence()).isEqualTo(3);
      assertThat(producer.lastSequence(1)).isEqualTo(9);
    }
  }

  @Test
  void aNameNeedsAckSynced() {
    assertThatThrownBy(() -> builder("rides").ack(Ack.STORED).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Ack.SYNCED");
  }

  @Test
  void aBrokerWithoutNamesServesAllOtherApis() {
    broker.without(Api.OPEN_NAMED_PRODUCER);
    List<Receipt> receipts = new ArrayList<>();
    receipts.add(get(client().producer("rides").build().send(Event.of("x"))));
    MillraceException refused = catchThrowableOfType(MillraceException.class, this::open);
    assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION);
    assertThat(refused).hasMessageContaining("OPEN_NAMED_PRODUCER");
    assertThat(broker.requests(OpenNamedProducerRequest.class)).isEmpty();
    assertThat(receipts).hasSize(1);
  }

  /** The producer keeps the partitions that it knows, because its keys belong to them. */
  @Test
  void partitionsThatAreAddedWhileTheNameIsOpenedAreNotUsed() {
    broker.topic("rides", 2);
    broker.script(
        exchange -> {
          exchange.proceed();
          if (exchange.request() instanceof DescribeTopicRequest) {
            broker.addPartitions("rides", 3);
          }
        });
    Producer producer = client().producer("rides").name("import").build();
    assertThat(producer.lastSequence(1)).isEqualTo(-1);
    assertThatThrownBy(() -> producer.lastSequence(2)).isInstanceOf(RuntimeException.class);
  }
}
