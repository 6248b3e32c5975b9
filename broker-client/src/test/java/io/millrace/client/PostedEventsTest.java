package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Posted events: their outcome is reported to the listener, to flush and to close. */
class PostedEventsTest extends BrokerTest {

  private final RecordingListener listener = new RecordingListener();

  /** Records the calls of a listener. */
  private static final class RecordingListener implements ReceiptListener {

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void stored(Receipt first, int count) {
      calls.add("stored " + first.partition() + "@" + first.offset() + " x" + count);
    }

    @Override
    public void failed(int partition, int count, MillraceException cause) {
      calls.add("failed " + partition + " x" + count + " " + cause.code());
    }
  }

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  @Test
  void postedEventsAreStoredInOrderWithSentOnesBetweenThem() {
    Producer producer = client().producer("rides").batchBytes(2048).build();
    List<String> values = new ArrayList<>();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add("event-" + i);
      if (i % 7 == 3) {
        receipts.add(producer.send(Event.of("event-" + i)));
      } else {
        producer.post(Event.of("event-" + i));
      }
    }
    producer.flush();

    assertThat(broker.partition("rides", 0).values()).isEqualTo(values);
    for (int i = 0; i < receipts.size(); i++) {
      assertThat(receipts.get(i).getNow(null).offset()).isEqualTo(7L * i + 3);
    }
  }

  @Test
  void listenerIsCalledOnceForEachBatchInOrder() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = producer();
    producer.post(Event.of("first"));
    Exchange first = next(held);
    producer.post(Event.of("second"));
    CompletableFuture<Receipt> third = producer.send(Event.of("third"));
    broker.script(Exchange::proceed);
    first.proceed();
    producer.flush();

    assertThat(listener.calls).containsExactly("stored 0@0 x1", "stored 0@1 x2");
    assertThat(get(third).offset()).isEqualTo(2);
  }

  @Test
  void flushThrowsTheFailureOfAPostedEventOnce() {
    Producer producer = producer();
    broker.script(exchange -> exchange.refuse(ErrorCode.EVENT_TOO_LARGE));
    producer.post(Event.of("refused"));
    assertThat(thrownBy(producer::flush).code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);

    broker.script(Exchange::proceed);
    producer.post(Event.of("taken"));
    producer.flush();
    assertThat(listener.calls).containsExactly("failed 0 x1 EVENT_TOO_LARGE", "stored 0@0 x1");
  }

  @Test
  void failureOfASentEventGoesToItsFutureOnly() {
    Producer producer = producer();
    broker.script(exchange -> exchange.refuse(ErrorCode.EVENT_TOO_LARGE));
    CompletableFuture<Receipt> receipt = producer.send(Event.of("refused"));
    producer.flush();

    assertThat(failure(receipt).code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);
    assertThat(listener.calls).containsExactly("failed 0 x1 EVENT_TOO_LARGE");
  }

  @Test
  void closeThrowsAFailureThatNoFlushHasThrown() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = producer();
    producer.post(Event.of("unanswered"));
    next(held);

    assertThat(thrownBy(() -> producer.close(Duration.ZERO)).code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(thrownBy(() -> producer.post(Event.of("late"))).code()).isEqualTo(ErrorCode.CLOSED);
    producer.close();
  }

  @Test
  void closingTheClientThrowsTheFailureAndStillCloses() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    try (MillraceClient own = builder().clientId("own").build()) {
      own.producer("rides").build().post(Event.of("refused"));
      Exchange exchange = next(held);
      broker.script(Exchange::proceed);
      exchange.refuse(ErrorCode.EVENT_TOO_LARGE);

      assertThat(thrownBy(own::close).code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);
    }
    assertThat(threads("own")).allMatch(BrokerTest::ends);
  }

  @Test
  void failedEventIsNotReportedAgainWhenItsResponseArrives() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer =
        client()
            .producer("rides")
            .receipts(listener)
            .retry(fastRetry().deliveryTimeout(Duration.ofSeconds(1)))
            .build();
    producer.post(Event.of("slow"));
    Exchange exchange = next(held);
    assertThat(thrownBy(producer::flush).code()).isEqualTo(ErrorCode.DELIVERY_TIMEOUT);

    broker.script(Exchange::proceed);
    exchange.proceed();
    producer.close();
    assertThat(broker.partition("rides", 0).values()).containsExactly("slow");
    assertThat(listener.calls).containsExactly("failed 0 x1 DELIVERY_TIMEOUT");
  }

  @Test
  void listenerThatThrowsDoesNotAffectReceipts() {
    Producer producer =
        client()
            .producer("rides")
            .linger(Duration.ofMinutes(1))
            .receipts(
                new ReceiptListener() {
                  @Override
                  public void stored(Receipt first, int count) {
                    throw new AssertionError("a defect of the listener's");
                  }

                  @Override
                  public void failed(int partition, int count, MillraceException cause) {
                    throw new AssertionError("a defect of the listener's");
                  }
                })
            .build();
    CompletableFuture<Receipt> stored = producer.send(Event.of("a"));
    get(CompletableFuture.runAsync(producer::flush));
    assertThat(get(stored).offset()).isZero();

    broker.script(exchange -> exchange.refuse(ErrorCode.EVENT_TOO_LARGE));
    CompletableFuture<Receipt> refused = producer.send(Event.of("b"));
    get(CompletableFuture.runAsync(producer::flush));
    assertThat(failure(refused).code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE);
  }

  private Producer producer() {
    return client().producer("rides").receipts(listener).build();
  }
}
