package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakePartition;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.ProduceRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProducerTest extends BrokerTest {

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  @Test
  void receiptHasPartitionOffsetAndTime() {
    Producer producer = client().producer("rides").build();
    get(producer.send(Event.of("a")));
    Receipt receipt = get(producer.send(Event.of("b")));

    Instant appendTime = Instant.parse("2023-11-14T22:13:20.000001Z");
    assertThat(receipt).isEqualTo(new Receipt("rides", 0, 1, appendTime));
    assertThat(broker.partition("rides", 0).values()).containsExactly("a", "b");
  }

  @Test
  void manyBatchesKeepTheOrderOfSend() {
    List<String> sent = new ArrayList<>();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    Producer producer = client().producer("rides").batchBytes(2048).build();
    for (int i = 0; i < 10_000; i++) {
      sent.add("event-" + i);
      receipts.add(producer.send(Event.of("event-" + i)));
    }
    producer.flush();

    assertThat(broker.partition("rides", 0).values()).isEqualTo(sent);
    for (int i = 0; i < receipts.size(); i++) {
      assertThat(receipts.get(i).getNow(null).offset()).isEqualTo(i);
    }
  }

  @Test
  void eventsAccumulateWhileABatchIsInFlight() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    producer.send(Event.of("first"));
    Exchange first = next(held);
    producer.send(Event.of("second"));
    producer.send(Event.of("third"));
    assertThat(held).isEmpty();
    first.proceed();

    assertThat(recordCount(next(held))).isEqualTo(2);
  }

  @Test
  void equalKeysGoToThePartitionOfTheirChecksum() {
    broker.topic("wide", 7);
    Producer producer = client().producer("wide").build();
    for (int i = 0; i < 50; i++) {
      byte[] key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
      CRC32C crc = new CRC32C();
      crc.update(key);
      assertThat(get(producer.send(Event.of(key, key))).partition())
          .isEqualTo((int) (crc.getValue() % 7));
    }
  }

  @Test
  void eventsWithoutKeyFillOneBatchOfEachPartition() {
    broker.topic("wide", 3);
    Producer producer = client().producer("wide").build();
    List<Integer> partitions = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      partitions.add(get(producer.send(Event.of("v"))).partition());
    }
    assertThat(partitions.subList(0, 3)).containsExactlyInAnyOrder(0, 1, 2);
    assertThat(partitions.subList(3, 6)).isEqualTo(partitions.subList(0, 3));
  }

  @Test
  void eventMayNameItsPartition() {
    broker.topic("wide", 3);
    Producer producer = client().producer("wide").build();
    Event event = Event.builder().key("k").value("v").partition(2).build();
    assertThat(get(producer.send(event)).partition()).isEqualTo(2);

    Event outside = Event.builder().value("v").partition(3).build();
    MillraceException refusal = thrownBy(() -> producer.send(outside));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_PARTITION);
    assertThat(refusal).hasMessageContaining("partitions 0 to 2").hasMessageContaining("3");
  }

  @Test
  void allFieldsOfAnEventAreSent() {
    Producer producer = client().producer("rides").source("car").build();
    Instant time = Instant.parse("2026-01-02T03:04:05.678901Z");
    producer.send(
        Event.builder()
            .key("k")
            .value(new byte[0])
            .timestamp(time)
            .source("gäteway")
            .header("trace", "t1")
            .header("none", (byte[]) null)
            .build());
    producer.send(Event.builder().timestamp(time.minusSeconds(1)).build());
    producer.flush();

    List<ConsumedEvent> events =
        take(client().consumer("rides").from(StartPosition.earliest()).build(), 2);
    ConsumedEvent first = events.get(0);
    assertThat(first.keyAsString()).isEqualTo("k");
    assertThat(first.value()).isEmpty();
    assertThat(first.timestamp()).isEqualTo(time);
    assertThat(first.source()).isEqualTo("gäteway");
    assertThat(first.appendTimeMicros()).isEqualTo(FakePartition.APPEND_TIME);
    assertThat(first.headers()).extracting(Header::name).containsExactly("trace", "none");
    assertThat(first.headers().get(0).valueAsString()).isEqualTo("t1");
    assertThat(first.headers().get(1).value()).isNull();
    ConsumedEvent second = events.get(1);
    assertThat(second.key()).isNull();
    assertThat(second.value()).isNull();
    assertThat(second.source()).isEqualTo("car");
    assertThat(second.timestamp()).isEqualTo(time.minusSeconds(1));
    assertThat(second.headers()).isEmpty();
  }

  @Test
  void clientIdIsTheDefaultSourceAndNowTheDefaultTime() {
    Instant before = Instant.now().minusSeconds(1);
    client().producer("rides").build().send(Event.of("v"));
    ConsumedEvent event =
        take(client().consumer("rides").from(StartPosition.earliest()).build(), 1).get(0);
    assertThat(event.source()).isEqualTo("test");
    assertThat(event.timestamp()).isBetween(before, Instant.now().plusSeconds(1));
  }

  @Test
  void tooLargeEventIsRefusedInSendAndLeavesNoGap() {
    broker.maxEventBytes(1000);
    Producer producer = client().producer("rides").build();
    get(producer.send(Event.of("before")));
    MillraceException refusal = thrownBy(() -> producer.send(Event.of("x".repeat(1001))));
    get(producer.send(Event.of("after")));

    assertThat(refusal.code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);
    assertThat(refusal)
        .hasMessageContaining("limit is 1000")
        .hasMessageContaining("limits.maxEventBytes");
    assertThat(broker.partition("rides", 0).values()).containsExactly("before", "after");
    assertThat(broker.requests(OpenProducerRequest.class)).hasSize(1);
  }

  @Test
  void eventLargerThanABatchIsSentAlone() {
    Producer producer = client().producer("rides").batchBytes(1024).build();
    String large = "x".repeat(500_000);
    producer.send(Event.of("a"));
    producer.send(Event.of(large));
    producer.send(Event.of("b"));
    producer.flush();
    assertThat(broker.partition("rides", 0).values()).containsExactly("a", large, "b");
  }

  @Test
  void illFormedSourcesAreRefused() {
    Producer producer = client().producer("rides").build();
    for (String source : List.of("", "x".repeat(256), "ä".repeat(128), "\uD800", "a\uDC00b")) {
      Event event = Event.builder().value("v").source(source).build();
      assertThat(thrownBy(() -> producer.send(event)).code())
          .as("source of %d chars", source.length())
          .isEqualTo(ErrorCode.INVALID_SOURCE);
      assertThat(thrownBy(() -> client().producer("rides").source(source).build()).code())
          .isEqualTo(ErrorCode.INVALID_SOURCE);
    }
    get(producer.send(Event.builder().value("v").source("x".repeat(255)).build()));
    assertThat(broker.partition("rides", 0).values()).containsExactly("v");
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void batchesAreCompressed(Codec codec) {
    Producer producer = client().producer("rides").compression(codec).build();
    String value = "compressible ".repeat(1000);
    get(producer.send(Event.of(value)));

    FakePartition log = broker.partition("rides", 0);
    ByteBuffer batch = ByteBuffer.wrap(log.batches().get(0)).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(BatchHeader.codec(batch, 0)).isEqualTo(codec.ordinal());
    assertThat(log.values()).containsExactly(value);
  }

  @Test
  void lingeringBatchWaitsUntilItIsFlushed() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").linger(Duration.ofMinutes(1)).build();
    CompletableFuture<Receipt> first = producer.send(Event.of("a"));
    // The response shows that all earlier requests on the same connection have arrived.
    client().admin().listTopics();
    assertThat(held).isEmpty();
    CompletableFuture<Receipt> second = producer.send(Event.of("b"));
    Thread flusher = new Thread(producer::flush);
    flusher.start();
    Exchange only = next(held);
    assertThat(recordCount(only)).isEqualTo(2);
    only.proceed();

    assertThat(get(first).offset()).isZero();
    assertThat(get(second).offset()).isEqualTo(1);
    flusher.join(LONG.toMillis());
    assertThat(flusher.isAlive()).isFalse();
  }

  @Test
  void lingeringBatchIsSentWhenItsTimeIsOver() {
    Producer producer = client().producer("rides").linger(Duration.ofMillis(20)).build();
    assertThat(get(producer.send(Event.of("a"))).offset()).isZero();
    assertThat(get(producer.send(Event.of("b"))).offset()).isEqualTo(1);
  }

  @Test
  void noMoreBatchesThanAllowedAreInFlight() throws Exception {
    Producer producer = client().producer("rides").batchBytes(1024).maxInFlight(2).build();
    // Until the broker has answered once, one batch is in flight.
    get(producer.send(Event.of("first")));
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      receipts.add(producer.send(Event.of("x".repeat(600))));
    }
    for (int i = 0; i < 8; i += 2) {
      Exchange one = next(held);
      Exchange two = next(held);
      // The response shows that all earlier requests on the connection have arrived.
      client().admin().listTopics();
      assertThat(held).isEmpty();
      one.proceed();
      two.proceed();
      get(receipts.get(i + 1));
    }
    next(held).proceed();
    assertThat(get(receipts.get(8)).offset()).isEqualTo(9);
  }

  @Test
  void unansweredBatchCompletesWhenItIsWritten() {
    Producer producer = client().producer("rides").ack(Ack.NONE).build();
    Receipt receipt = get(producer.send(Event.of("a")));
    assertThat(receipt).isEqualTo(new Receipt("rides", 0, Receipt.UNKNOWN_OFFSET, null));
    client().admin().listTopics();
    assertThat(broker.partition("rides", 0).values()).containsExactly("a");
    assertThat(broker.requests(OpenProducerRequest.class)).isEmpty();
  }

  @Test
  void everyPartitionHasABatchOpenAtOnce() throws Exception {
    broker.topic("wide", 512);
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("wide").memoryLimit(1 << 20).build();
    for (int round = 0; round < 3; round++) {
      for (int partition = 0; partition < 512; partition++) {
        producer.post(Event.builder().value("v").partition(partition).build());
      }
    }
    int events = 0;
    for (int batches = 0; events < 3 * 512; batches++) {
      assertThat(batches).as("batches, of one and of two events each").isLessThan(2 * 512);
      Exchange exchange = next(held);
      events += recordCount(exchange);
      exchange.proceed();
    }
    broker.script(Exchange::proceed);
    producer.flush();
  }

  @Test
  void manyPartitionsMakeBatchesSmallAndMoreOfThemInARow() {
    broker.topic("wide", 8);
    // One open batch of each partition and two in flight: 64 KiB each, and four in a row. Two such
    // events do
    // not share a batch.
    try (Producer producer = client().producer("wide").memoryLimit(24 << 16).build()) {
      for (int i = 0; i < 8; i++) {
        producer.post(Event.of("x".repeat(40 << 10)));
      }
    }
    assertThat(IntStream.range(0, 8))
        .extracting(partition -> broker.partition("wide", partition).batches().size())
        .containsExactlyInAnyOrder(3, 4, 1, 0, 0, 0, 0, 0);
  }

  @Test
  void contradictingSettingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").ack(Ack.NONE).idempotent(true).build())
        .withMessageContaining("Ack.STORED or Ack.SYNCED");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").batchBytes(4096).memoryLimit(2048).build())
        .withMessageContaining("memoryLimit 2048");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").maxInFlight(17))
        .withMessageContaining("1 to 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").batchBytes(1023));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").linger(Duration.ofMillis(-1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client().producer("rides").linger(Duration.ofMinutes(2)).build())
        .withMessageContaining("deliveryTimeout");
  }

  @Test
  void unknownTopicIsRefusedWhenTheProducerIsBuilt() {
    MillraceException refusal = thrownBy(() -> client().producer("nowhere").build());
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThat(refusal.retriable()).isFalse();
    assertThat(refusal).hasMessage("there is no topic nowhere");
  }

  static int recordCount(Exchange produce) {
    ProduceRequest request = (ProduceRequest) produce.request();
    return recordCount(request.batch().nioBuffer());
  }

  static int recordCount(ByteBuffer batch) {
    return BatchHeader.recordCount(batch.order(ByteOrder.LITTLE_ENDIAN), 0);
  }
}
