package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.EnoughTime;
import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.SubscribeRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A failure after retries says what failed last, since when, how often, and what to do. */
class LastWordTest extends BrokerTest {

  private static final Duration SHORT = Duration.ofMillis(10);

  private final CountDownLatch refused = new CountDownLatch(1);

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  private MillraceClient listening() {
    return listening(LONG);
  }

  private MillraceClient listening(Duration requestTimeout) {
    return builder()
        .requestTimeout(requestTimeout)
        .connectionListener(
            event -> {
              if (event instanceof ConnectionEvent.Connecting) {
                refused.countDown();
              }
            })
        .build();
  }

  /** Stops the broker, and waits until the client has failed to reconnect. */
  private void stopBroker() {
    broker.stop();
    await(refused);
  }

  private void assertNamesOutage(MillraceException failure, ErrorCode code) {
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.getMessage())
        .containsPattern(
            "no connection to the broker at "
                + broker.address()
                + " since \\d+ s, \\d+ attempts? to connect; last failure: Connection refused;"
                + " check that the broker runs and that the address is right");
  }

  /** Refuses all requests of one kind; the result counts them. */
  private CountDownLatch refuseAll(Class<? extends Request> kind, ErrorCode code, int count) {
    CountDownLatch refusals = new CountDownLatch(count);
    broker.script(
        exchange -> {
          if (kind.isInstance(exchange.request())) {
            exchange.refuse(code);
            refusals.countDown();
          } else {
            exchange.proceed();
          }
        });
    return refusals;
  }

  @Test
  void deliveryTimeoutDuringAnOutage() {
    try (MillraceClient client = listening()) {
      Producer producer =
          client
              .producer("rides")
              .retry(fastRetry().deliveryTimeout(Duration.ofMillis(500)))
              .build();
      stopBroker();
      assertNamesOutage(failure(producer.send(Event.of("a"))), ErrorCode.DELIVERY_TIMEOUT);
    }
  }

  @Test
  void deliveryTimeoutAfterRefusals() {
    refuseAll(ProduceRequest.class, ErrorCode.DISK_FULL, 1);
    MillraceException failure =
        EnoughTime.failure(
            Duration.ofSeconds(1),
            timeout ->
                failure(
                    client()
                        .producer("rides")
                        .retry(fastRetry().deliveryTimeout(timeout))
                        .build()
                        .send(Event.of("a"))),
            after -> after.getMessage().contains("refusal"));
    assertThat(failure.getMessage())
        .containsPattern(
            "\\d+ refusals? since \\d+ s; last refusal: DISK_FULL: scripted DISK_FULL");
  }

  @Test
  void producerClosedDuringAnOutage() {
    try (MillraceClient client = listening()) {
      Producer producer = client.producer("rides").build();
      stopBroker();
      CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
      producer.close(SHORT);
      assertNamesOutage(failure(receipt), ErrorCode.CLOSED);
    }
  }

  @Test
  void producerClosedAfterRefusals() {
    CountDownLatch refusals = refuseAll(ProduceRequest.class, ErrorCode.DISK_FULL, 2);
    Producer producer = client().producer("rides").retry(fastRetry()).build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    await(refusals); // the client has received the first one
    producer.close(SHORT);
    MillraceException failure = failure(receipt);
    assertThat(failure.code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(failure.getMessage())
        .containsPattern(
            "\\d+ refusals? since \\d+ s; last refusal: DISK_FULL: scripted DISK_FULL");
  }

  @Test
  void producerClosedWithoutAnAnswer() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    next(held);
    producer.close(SHORT);
    assertThat(failure(receipt))
        .hasMessageContaining("the broker is connected and has not answered");
  }

  @Test
  void sendTimeoutDuringAnOutage() {
    try (MillraceClient client = listening()) {
      Producer producer =
          client
              .producer("rides")
              .batchBytes(1024)
              .memoryLimit(1024)
              .sendTimeout(SHORT)
              .retry(fastRetry())
              .build();
      stopBroker();
      producer.send(Event.of("x".repeat(600)));
      assertNamesOutage(
          thrownBy(() -> producer.send(Event.of("x".repeat(600)))), ErrorCode.SEND_TIMEOUT);
      producer.close(SHORT);
    }
  }

  @Test
  void requestDuringAnOutage() {
    try (MillraceClient client = listening(Duration.ofSeconds(1))) {
      stopBroker();
      assertNamesOutage(thrownBy(() -> client.admin().listTopics()), ErrorCode.SERVER_UNREACHABLE);
    }
  }

  @Test
  void requestThatIsLostAgainAndAgain() {
    MillraceException failure =
        EnoughTime.failure(
            Duration.ofSeconds(1),
            this::listThatIsCutTwice,
            after ->
                after.code() == ErrorCode.REQUEST_TIMEOUT
                    && after.getMessage().contains("after 2"));
    assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_TIMEOUT);
    assertThat(failure)
        .hasMessageContaining("the request was sent again after 2 broken connections, the last:")
        .hasMessageContaining("the connection to the broker at " + broker.address() + " broke");
  }

  private MillraceException listThatIsCutTwice(Duration requestTimeout) {
    try (MillraceClient client = builder().requestTimeout(requestTimeout).build()) {
      CountDownLatch cut = new CountDownLatch(2);
      broker.script(
          exchange -> {
            if (!(exchange.request() instanceof ListTopicsRequest)) {
              exchange.proceed();
            } else if (cut.getCount() > 0) {
              cut.countDown();
              exchange.cut();
            }
          });
      return thrownBy(() -> client.admin().listTopics());
    }
  }

  @Test
  void requestThatWaitsWhenTheClientIsClosed() throws Exception {
    MillraceClient client = listening();
    stopBroker();
    CountDownLatch asking = new CountDownLatch(1);
    CompletableFuture<MillraceException> failure = new CompletableFuture<>();
    Thread asker =
        new Thread(
            () -> {
              asking.countDown();
              failure.complete(thrownBy(() -> client.admin().listTopics()));
            });
    asker.start();
    await(asking);
    awaitState(asker, Thread.State.TIMED_WAITING);
    client.close();
    assertNamesOutage(get(failure), ErrorCode.CLOSED);
  }

  @Test
  void pollOfAConsumerThatWasClosedDuringAnOutage() {
    try (MillraceClient client = listening()) {
      Consumer consumer = client.consumer("rides").build();
      stopBroker();
      consumer.close();
      assertNamesOutage(thrownBy(() -> consumer.poll(SHORT)), ErrorCode.CLOSED);
    }
  }

  @Test
  void pollOfAConsumerThatWasClosedAfterItHadFailed() {
    Consumer consumer = client().consumer("rides").build();
    broker.session().goAway(ErrorCode.MALFORMED_FRAME);
    broker.session().cut();
    assertThat(thrownBy(() -> consumer.poll(LONG)).code()).isEqualTo(ErrorCode.MALFORMED_FRAME);
    consumer.close();
    assertThat(thrownBy(() -> consumer.poll(SHORT)))
        .hasMessageContaining("the consumer of topic rides is closed")
        .hasMessageContaining("it had failed before: MALFORMED_FRAME: ");
  }

  @Test
  void callOfAClientThatWasClosedAfterItHadStopped() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    MillraceClient client =
        builder()
            .connectionListener(
                event -> {
                  if (event instanceof ConnectionEvent.Stopped) {
                    stopped.countDown();
                  }
                })
            .build();
    broker.session().goAway(ErrorCode.MALFORMED_FRAME);
    broker.session().cut();
    await(stopped);
    client.close();
    assertThat(thrownBy(() -> client.admin().listTopics()).code())
        .isEqualTo(ErrorCode.MALFORMED_FRAME);
  }

  @Test
  void consumerWhoseSubscriptionIsRefusedAgainAndAgain() {
    refuseAll(SubscribeRequest.class, ErrorCode.RECOVERING, 1);
    MillraceException failure =
        EnoughTime.failure(
            Duration.ofSeconds(1),
            this::consumerThatIsNotBuilt,
            after -> after.code() == ErrorCode.RECOVERING);
    assertThat(failure.code()).isEqualTo(ErrorCode.RECOVERING);
    assertThat(failure.getMessage()).containsPattern("\\(\\d+ refusals? within \\w+\\)");
    assertThat(failure)
        .as("only this partition is refused")
        .isInstanceOfSatisfying(
            PartitionReadException.class, e -> assertThat(e.partition()).isZero());
  }

  private MillraceException consumerThatIsNotBuilt(Duration requestTimeout) {
    try (MillraceClient client = builder().requestTimeout(requestTimeout).build()) {
      return thrownBy(() -> client.consumer("rides").build());
    }
  }
}
