package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The outcome of events when a producer or its client is flushed or closed. */
class ProducerCloseTest extends SmallMemoryTest {

  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void flushWaitsForEverythingSentBefore() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = small().build();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      receipts.add(producer.send(Event.of(HALF_A_BATCH)));
    }
    CountDownLatch flushed = new CountDownLatch(1);
    Thread flusher =
        new Thread(
            () -> {
              producer.flush();
              flushed.countDown();
            });
    flusher.start();
    next(held).proceed();
    next(held).proceed();
    Exchange last = next(held);
    get(receipts.get(1));
    assertThat(flushed.getCount()).isEqualTo(1);
    last.proceed();
    flusher.join(LONG.toMillis());
    assertThat(flushed.getCount()).isZero();
    assertThat(receipts).allMatch(CompletableFuture::isDone);
  }

  @Test
  void callbacksHaveRunWhenFlushReturns() {
    Producer producer = client().producer("rides").build();
    AtomicInteger callbacks = new AtomicInteger();
    for (int round = 1; round <= 200; round++) {
      producer.send(Event.of("v")).thenAccept(receipt -> callbacks.incrementAndGet());
      producer.flush();
      assertThat(callbacks).hasValue(round);
    }
  }

  @Test
  void flushReturnsWhenEventsFail() {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof ProduceRequest) {
            exchange.refuse(ErrorCode.MALFORMED_BATCH);
          } else {
            exchange.proceed();
          }
        });
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    producer.flush();
    assertThat(failure(receipt).code()).isEqualTo(ErrorCode.MALFORMED_BATCH);
  }

  @Test
  void closeWaitsForReceipts() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = client().producer("rides").linger(Duration.ofMinutes(1)).build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    Thread closer = new Thread(producer::close);
    closer.start();
    next(held).proceed();
    assertThat(get(receipt).offset()).isZero();
    closer.join(LONG.toMillis());
    assertThat(closer.isAlive()).isFalse();
  }

  @Test
  void closeFailsWhatHasNoReceiptInTime() {
    broker.hold(ProduceRequest.class);
    Producer producer = small().build();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      receipts.add(producer.send(Event.of(HALF_A_BATCH)));
    }
    producer.close(Duration.ofMillis(5));
    for (CompletableFuture<Receipt> receipt : receipts) {
      MillraceException failure = failure(receipt);
      assertThat(failure.code()).isEqualTo(ErrorCode.CLOSED);
      assertThat(failure).hasMessageContaining("may be stored or not");
    }
  }

  @Test
  void closeAcceptsAnEndlessTimeout() {
    Producer producer =
        client().producer("rides").retry(fastRetry().deliveryTimeout(FOREVER)).build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    producer.close(FOREVER);
    assertThat(receipt).isCompleted();
  }

  @Test
  void closedProducerAcceptsNoEvents() {
    Producer producer = client().producer("rides").build();
    producer.close();
    producer.close();
    assertThat(thrownBy(() -> producer.send(Event.of("a"))).code()).isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void closingClientClosesItsProducers() {
    Producer producer = client().producer("rides").linger(Duration.ofMinutes(1)).build();
    CompletableFuture<Receipt> receipt = producer.send(Event.of("a"));
    client().close();
    assertThat(get(receipt).offset()).isZero();
    assertThat(thrownBy(() -> producer.send(Event.of("b"))).code()).isEqualTo(ErrorCode.CLOSED);
    assertThat(thrownBy(() -> client().producer("rides").build()).code())
        .isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void closingClientFinishesAllProducersAtTheSameTime() throws Exception {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Producer lingering = client().producer("rides").linger(Duration.ofMinutes(1)).build();
      receipts.add(lingering.send(Event.of("v")));
    }
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Thread closer = new Thread(client()::close);
    closer.start();
    List<Exchange> unanswered = List.of(next(held), next(held), next(held));

    unanswered.forEach(Exchange::proceed);
    receipts.forEach(BrokerTest::get);
    closer.join(LONG.toMillis());
    assertThat(closer.isAlive()).isFalse();
  }

  @Test
  void everyEventSentDuringCloseHasAnOutcome() throws Exception {
    for (int round = 0; round < 5; round++) {
      Producer producer = client().producer("rides").batchBytes(1024).build();
      ConcurrentLinkedQueue<CompletableFuture<Receipt>> accepted = new ConcurrentLinkedQueue<>();
      CountDownLatch sending = new CountDownLatch(3);
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        Thread sender =
            new Thread(
                () -> {
                  MillraceException end =
                      thrownBy(
                          () -> {
                            while (true) {
                              accepted.add(producer.send(Event.of("v")));
                              sending.countDown();
                            }
                          });
                  assertThat(end.code()).isEqualTo(ErrorCode.CLOSED);
                });
        senders.add(sender);
        sender.start();
      }
      await(sending);
      producer.close();
      for (Thread sender : senders) {
        sender.join(LONG.toMillis());
      }
      accepted.forEach(BrokerTest::get);
    }
  }

  @Test
  void callbackThatBlocksDoesNotBlockCloseForEver() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Producer producer = client().producer("rides").build();
    synchronized (broker) {
      producer
          .send(Event.of("a"))
          .thenAccept(
              receipt -> {
                entered.countDown();
                await(release);
              });
    }
    await(entered);
    CompletableFuture<MillraceException> failure = new CompletableFuture<>();
    Thread closer =
        new Thread(
            () -> {
              failure.complete(thrownBy(() -> producer.close(Duration.ofMillis(5))));
              client().close();
            });
    try {
      closer.start();
      closer.join(LONG.toMillis());
      assertThat(closer.isAlive()).isFalse();
      assertThat(get(failure).code()).isEqualTo(ErrorCode.CLOSED);
      assertThat(get(failure)).hasMessageContaining("a callback of the program blocks");
    } finally {
      release.countDown();
    }
  }

  @Test
  void callbacksThatThrowHaveNoOtherEffect() {
    Producer producer = client().producer("rides").build();
    synchronized (broker) {
      producer
          .send(Event.of("a"))
          .thenAccept(
              receipt -> {
                throw new AssertionError("a careless callback");
              });
    }
    assertThat(get(producer.send(Event.of("b"))).offset()).isEqualTo(1);
  }

  @Test
  void callbacksMaySend() {
    Producer producer = client().producer("rides").build();
    CompletableFuture<Receipt> second;
    synchronized (broker) {
      second = producer.send(Event.of("a")).thenCompose(receipt -> producer.send(Event.of("b")));
    }
    assertThat(get(second).offset()).isEqualTo(1);
  }

  @Test
  void flushOnTheEventLoopIsRefused() {
    Producer producer = client().producer("rides").build();
    CompletableFuture<Void> flushed;
    // While the test holds the broker's monitor, no receipt arrives before the callback is added.
    synchronized (broker) {
      flushed = producer.send(Event.of("a")).thenAccept(receipt -> producer.flush());
    }
    assertThatIllegalStateException()
        .isThrownBy(
            () -> {
              try {
                flushed.join();
              } catch (java.util.concurrent.CompletionException e) {
                throw (IllegalStateException) e.getCause();
              }
            })
        .withMessageContaining("event loop");
  }
}
