package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.client.fake.Exchange;
import io.millrace.client.fake.FakeBroker.Script;
import io.millrace.client.fake.FakePartition;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.OpenProducerRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * No event is lost, stored twice or out of order, with any response and with any broken connection.
 */
class ProducerResendTest extends BrokerTest {

  private static final int EVENTS = 12;
  private static final String PADDING = "-" + "x".repeat(600);
  private static final Set<ErrorCode> FATAL =
      Set.of(ErrorCode.UNKNOWN_TOPIC, ErrorCode.UNKNOWN_PARTITION, ErrorCode.STALE_PRODUCER_EPOCH);
  private static final Set<ErrorCode> ABOUT_SEQUENCE =
      Set.of(
          ErrorCode.OUT_OF_ORDER_SEQUENCE,
          ErrorCode.UNKNOWN_PRODUCER,
          ErrorCode.DUPLICATE_SEQUENCE);

  private FakePartition log;

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
    log = broker.partition("rides", 0);
  }

  /** The moment at which the connection breaks. */
  enum Cut {
    BEFORE_IT_IS_CARRIED_OUT(Exchange::cut),
    BEFORE_THE_ANSWER(
        exchange -> {
          exchange.execute();
          exchange.cut();
        }),
    IN_THE_ANSWER(exchange -> exchange.answerHalf(exchange.execute())),
    AFTER_THE_ANSWER(
        exchange -> {
          exchange.proceed();
          exchange.cut();
        });

    private final Consumer<Exchange> action;

    Cut(Consumer<Exchange> action) {
      this.action = action;
    }
  }

  /** Batches of one event each, so that many are in flight. */
  private Producer producer() {
    return client().producer("rides").batchBytes(1024).retry(fastRetry()).build();
  }

  private static String value(int i) {
    return i + PADDING;
  }

  /** The stored values from one event on, without padding, for readable failures. */
  private List<String> stored(int from) {
    List<String> all = log.values();
    return all.subList(from, all.size()).stream().map(v -> v.replace(PADDING, "")).toList();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static List<CompletableFuture<Receipt>> send(Producer producer, int count) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      receipts.add(producer.send(Event.of(value(i))));
    }
    return receipts;
  }

  /** Handles one of the produce requests, counted from 0, in another way. */
  private static Script atProduce(int index, Consumer<Exchange> action) {
    AtomicInteger seen = new AtomicInteger();
    return exchange -> {
      if (exchange.request() instanceof ProduceRequest && seen.getAndIncrement() == index) {
        action.accept(exchange);
      } else {
        exchange.proceed();
      }
    };
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void brokenConnectionLosesNothingAndRepeatsNothing(Cut cut) {
    Producer producer = producer();
    int stored = 0;
    for (int at = 0; at < EVENTS; at++) {
      broker.script(atProduce(at, cut.action));
      List<CompletableFuture<Receipt>> receipts = send(producer, EVENTS);
      for (int i = 0; i < EVENTS; i++) {
        assertThat(get(receipts.get(i)).offset()).as("cut %s at %d", cut, at).isEqualTo(stored + i);
      }
      stored += EVENTS;
      assertThat(stored(stored - EVENTS)).isEqualTo(numbers(EVENTS));
    }
    assertThat(broker.requests(OpenProducerRequest.class)).hasSize(1);
  }

  static Stream<ErrorCode> retriableRefusals() {
    return Arrays.stream(ErrorCode.values()).filter(code -> code.retriable() && code.code() < 600);
  }

  @ParameterizedTest
  @MethodSource("retriableRefusals")
  void batchWithARetriableRefusalIsResentWithAllAfterIt(ErrorCode code) {
    for (int at = 0; at < 4; at++) {
      int before = log.values().size();
      broker.script(atProduce(at, exchange -> exchange.refuse(code)));
      Producer producer = producer();
      send(producer, EVENTS).forEach(BrokerTest::get);
      assertThat(stored(before)).isEqualTo(numbers(EVENTS));
    }
  }

  static Stream<ErrorCode> finalRefusals() {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code != ErrorCode.NONE && !code.retriable() && code.code() < 600)
        .filter(code -> !FATAL.contains(code) && !ABOUT_SEQUENCE.contains(code));
  }

  @ParameterizedTest
  @MethodSource("finalRefusals")
  void batchWithAFinalRefusalFailsAloneAndLeavesNoGap(ErrorCode code) {
    for (int at = 0; at < 4; at++) {
      int before = log.values().size();
      Producer producer = producer();
      broker.script(atProduce(at, exchange -> exchange.refuse(code)));
      List<CompletableFuture<Receipt>> receipts = send(producer, EVENTS);
      List<String> expected = new ArrayList<>(numbers(EVENTS));
      expected.remove(at);
      MillraceException failure = failure(receipts.remove(at));
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure).hasMessage("scripted " + code);
      receipts.forEach(BrokerTest::get);
      assertThat(stored(before)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"UNKNOWN_TOPIC", "UNKNOWN_PARTITION", "STALE_PRODUCER_EPOCH"})
  void refusalOfAllLaterBatchesFailsTheProducer(ErrorCode code) {
    CompletableFuture<Void> allSent = new CompletableFuture<>();
    broker.script(
        atProduce(
            1,
            exchange -> {
              allSent.join();
              exchange.refuse(code);
            }));
    Producer producer = producer();
    List<CompletableFuture<Receipt>> receipts = send(producer, 3);
    allSent.complete(null);
    assertThat(get(receipts.get(0)).offset()).isZero();
    assertThat(failure(receipts.get(1)).code()).isEqualTo(code);
    assertThat(failure(receipts.get(2)).code()).isEqualTo(code);
    assertThat(thrownBy(() -> producer.send(Event.of("v"))).code()).isEqualTo(code);
  }

  @Test
  void batchWhoseOffsetIsForgottenIsASuccessWithoutOffset() {
    broker.script(atProduce(1, exchange -> exchange.refuse(ErrorCode.DUPLICATE_SEQUENCE)));
    List<CompletableFuture<Receipt>> receipts = send(producer(), 2);
    assertThat(get(receipts.get(1)))
        .isEqualTo(new Receipt("rides", 0, Receipt.UNKNOWN_OFFSET, null));
  }

  @Test
  void brokerThatLostAcknowledgedEventsGetsLaterEventsUnderANewId() {
    Producer producer = producer();
    send(producer, 3).forEach(BrokerTest::get);
    log.loseLastBatch();
    List<CompletableFuture<Receipt>> receipts = send(producer, 3);
    receipts.forEach(BrokerTest::get);
    List<String> expected = new ArrayList<>(numbers(2));
    expected.addAll(numbers(3));
    assertThat(stored(0)).isEqualTo(expected);
    assertThat(broker.requests(OpenProducerRequest.class)).hasSize(2);
  }

  @Test
  void brokerThatForgotTheProducerGetsANewId() {
    broker.script(atProduce(1, exchange -> exchange.refuse(ErrorCode.UNKNOWN_PRODUCER)));
    send(producer(), EVENTS).forEach(BrokerTest::get);
    assertThat(stored(0)).isEqualTo(numbers(EVENTS));
    assertThat(broker.requests(OpenProducerRequest.class)).hasSize(2);
  }

  @Test
  void brokerThatLostItsSecretsGetsANewId() {
    Producer producer = producer();
    send(producer, 3).forEach(BrokerTest::get);
    broker.loseSecrets();
    broker.session().cut();
    send(producer, 3).forEach(BrokerTest::get);
    List<String> expected = new ArrayList<>(numbers(3));
    expected.addAll(numbers(3));
    assertThat(stored(0)).isEqualTo(expected);
    assertThat(broker.requests(OpenProducerRequest.class)).hasSize(2);
  }

  @Test
  void refusedBatchIsSkippedEvenWhenTheConnectionBreaksNext() {
    Producer producer = producer();
    AtomicInteger seen = new AtomicInteger();
    broker.script(
        exchange -> {
          if (!(exchange.request() instanceof ProduceRequest)) {
            exchange.proceed();
            return;
          }
          switch (seen.getAndIncrement()) {
            case 2 -> exchange.refuse(ErrorCode.MALFORMED_BATCH);
            case 3 -> exchange.cut();
            default -> exchange.proceed();
          }
        });
    List<CompletableFuture<Receipt>> receipts = send(producer, EVENTS);
    assertThat(failure(receipts.remove(2)).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
    receipts.forEach(BrokerTest::get);
    List<String> expected = new ArrayList<>(numbers(EVENTS));
    expected.remove(2);
    assertThat(stored(0)).isEqualTo(expected);
  }

  @Test
  void newIdIsRequestedAgainWhenItIsRefused() {
    Producer producer = producer();
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger produced = new AtomicInteger();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof OpenProducerRequest && opened.getAndIncrement() == 0) {
            exchange.refuse(ErrorCode.INTERNAL);
          } else if (exchange.request() instanceof ProduceRequest
              && produced.getAndIncrement() == 0) {
            exchange.refuse(ErrorCode.MALFORMED_BATCH);
          } else {
            exchange.proceed();
          }
        });
    List<CompletableFuture<Receipt>> receipts = send(producer, 3);
    assertThat(failure(receipts.get(0)).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
    get(receipts.get(2));
    assertThat(stored(0)).containsExactly("1", "2");
  }

  @Test
  void eventsNotDeliveredInTimeFailAndAreNotStoredTwiceLater() throws Exception {
    Producer producer =
        client()
            .producer("rides")
            .batchBytes(1024)
            .maxInFlight(2)
            .retry(fastRetry().deliveryTimeout(Duration.ofSeconds(2)))
            .build();
    get(producer.send(Event.of("first")));
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    List<CompletableFuture<Receipt>> receipts = send(producer, 4);
    for (CompletableFuture<Receipt> receipt : receipts) {
      MillraceException failure = failure(receipt);
      assertThat(failure.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
      assertThat(failure)
          .hasMessageContaining("topic rides partition 0")
          .hasMessageContaining("2s");
    }
    assertThat(failure(receipts.get(1))).hasMessageContaining("may be stored or not");
    assertThat(failure(receipts.get(3))).hasMessageContaining("never sent");
    Response late = next(held).execute();
    assertThat(late).isNotNull();
    broker.script(Exchange::proceed);
    broker.session().cut();

    int sent = 0;
    while (true) {
      // On a slow machine, the timeout may be over before the broker is restarted.
      CompletableFuture<Receipt> later = producer.send(Event.of("later" + sent++));
      producer.flush();
      if (!later.isCompletedExceptionally()) {
        break;
      }
    }
    assertThat(stored(0))
        .startsWith("first", "0", "1")
        .doesNotHaveDuplicates()
        .endsWith("later" + (sent - 1));
  }

  @Test
  void deliveryTimeoutNamesTheUnreachableBroker() {
    Producer producer =
        client()
            .producer("rides")
            .retry(fastRetry().deliveryTimeout(Duration.ofMillis(50)))
            .build();
    broker.stop();
    MillraceException failure = failure(producer.send(Event.of("a")));
    assertThat(failure.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
    broker.start();
  }

  @Test
  void restartedBrokerGetsAccumulatedEvents() {
    Producer producer = producer();
    get(producer.send(Event.of("before")));
    broker.stop();
    List<CompletableFuture<Receipt>> receipts = send(producer, EVENTS);
    broker.start();
    receipts.forEach(BrokerTest::get);
    assertThat(stored(1)).isEqualTo(numbers(EVENTS));
  }

  @Test
  void producerWithoutIdentityResendsAndMayStoreTwice() {
    Producer producer = client().producer("rides").idempotent(false).retry(fastRetry()).build();
    broker.script(
        atProduce(
            0,
            exchange -> {
              exchange.execute();
              exchange.cut();
            }));
    assertThat(get(producer.send(Event.of("a"))).offset()).isEqualTo(1);
    assertThat(log.values()).containsExactly("a", "a");
    assertThat(broker.requests(OpenProducerRequest.class)).isEmpty();
  }

  @Test
  void unansweredBatchThatIsRefusedIsLogged() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.millrace.client.internal");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.WARN);
    try {
      broker.script(atProduce(0, exchange -> exchange.refuse(ErrorCode.DISK_FULL)));
      Producer producer = client().producer("rides").ack(Ack.NONE).build();
      get(producer.send(Event.of("a")));
      client().admin().listTopics();
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .anyMatch(
              line -> line.contains("unanswered_batch_refused") && line.contains("DISK_FULL"));
    } finally {
      logger.detachAppender(lines);
      logger.setAdditive(true);
      logger.setLevel(null);
    }
  }
}
