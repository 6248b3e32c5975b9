package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer whose answers a quota of the broker holds back. */
class ThrottledProducerTest extends BrokerTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(200);

  @BeforeEach
  void addTopic() {
    broker.topic("rides", 1);
  }

  /** The client has read all pushes that were sent before. */
  private void afterPushes() {
    client().admin().listTopics();
  }

  private static CompletableFuture<Receipt> sendWithShortTimeout(MillraceClient client) {
    RetryPolicy retry = fastRetry().deliveryTimeout(SHORT);
    return client.producer("rides").retry(retry).build().send(Event.of("a"));
  }

  /**
   * The same event of a client without a quota fails meanwhile, which shows that the time is over.
   */
  @Test
  void theDeliveryTimeoutDoesNotFailWhatAQuotaHoldsBack() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    CompletableFuture<Receipt> throttled = sendWithShortTimeout(client());
    Exchange exchange = next(held);
    exchange.session().throttle(MINUTE, true);
    afterPushes();

    try (MillraceClient other = builder().clientId("other").build()) {
      MillraceException failure = failure(sendWithShortTimeout(other));
      assertThat(failure.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
      assertThat(failure).hasMessageContaining("the broker is connected and has not answered");
      assertThat(throttled).isNotDone();
    }
    exchange.proceed();
    assertThat(get(throttled).offset()).isZero();
  }

  @Test
  void theTimeoutOfAPartitionWithoutTheThrottledSourceGoesOn() throws InterruptedException {
    broker.topic("two", 2);
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    RetryPolicy retry = fastRetry().deliveryTimeout(SHORT);
    Producer producer = client().producer("two").retry(retry).build();
    CompletableFuture<Receipt> loud = producer.send(event("loud", 0));
    Exchange exchange = next(held);
    exchange.session().throttleSource("loud", MINUTE);
    afterPushes();
    CompletableFuture<Receipt> quiet = producer.send(event("quiet", 1));
    next(held);

    MillraceException failure = failure(quiet);
    assertThat(failure.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
    assertThat(failure).hasMessageContaining("the broker is connected and has not answered");
    assertThat(loud).isNotDone();
    exchange.proceed();
    assertThat(get(loud).offset()).isZero();
  }

  private static Event event(String source, int partition) {
    return Event.builder().source(source).value("a").partition(partition).build();
  }

  @Test
  void theTimeoutOfARefusedPartitionGoesOn() {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof ProduceRequest) {
            exchange.session().throttle(MINUTE, false);
            exchange.refuse(ErrorCode.DISK_FULL);
          } else {
            exchange.proceed();
          }
        });
    MillraceException failure = failure(sendWithShortTimeout(client()));
    assertThat(failure.code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);
    assertThat(failure).hasMessageContaining("DISK_FULL");
  }

  @Test
  void nothingIsSentUntilTheDelayIsOverAndThenEverything() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> first = producer.send(Event.of("a"));
    Exchange exchange = next(held);
    long start = System.nanoTime();
    exchange.session().throttle(Duration.ofSeconds(2), true);
    exchange.proceed();
    get(first);

    CompletableFuture<Receipt> second = producer.send(Event.of("b"));
    Exchange later = next(held);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(Duration.ofSeconds(2).toNanos());
    later.proceed();
    assertThat(get(second).offset()).isEqualTo(1);
  }

  @Test
  void otherRequestsAreSentMeanwhile() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> first = producer.send(Event.of("a"));
    Exchange exchange = next(held);
    exchange.session().throttle(MINUTE, true);
    exchange.proceed();
    get(first);
    producer.send(Event.of("b"));
    afterPushes();
    afterPushes();
    assertThat(held).isEmpty();
  }

  @Test
  void aQuotaOfASourceDoesNotStopTheOthers() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> first = producer.send(Event.of("a"));
    Exchange exchange = next(held);
    exchange.session().throttle(MINUTE, false);
    exchange.proceed();
    get(first);
    CompletableFuture<Receipt> second = producer.send(Event.of("b"));
    next(held).proceed();
    assertThat(get(second).offset()).isEqualTo(1);
  }

  @Test
  void aNewConnectionIsNotStopped() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    Exchange exchange = next(held);
    exchange.session().throttle(MINUTE, true);
    afterPushes();
    exchange.execute();
    exchange.cut();
    next(held).proceed(); // the same batch, which the broker knows
    assertThat(get(receipt).offset()).isZero();
  }

  @Test
  void theReasonIsInTheFailure() throws InterruptedException {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    next(held).session().throttle(MINUTE, true);
    afterPushes();
    producer.close(Duration.ofMillis(5));
    assertThat(failure(receipt))
        .hasMessageContaining("the broker's quota of 1KiB/s for client 'test' delays the answers");
  }
}
