package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.fake.Exchange;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ProduceRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A producer whose memory limit is reached. */
class ProducerMemoryTest extends SmallMemoryTest {

  @Test
  void sendFailsWhenMemoryIsNotFreedInTime() {
    broker.hold(ProduceRequest.class);
    Producer producer = small().sendTimeout(Duration.ofMillis(20)).build();
    for (int i = 0; i < 3; i++) {
      producer.send(Event.of(HALF_A_BATCH));
    }
    MillraceException refusal = thrownBy(() -> producer.send(Event.of(HALF_A_BATCH)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.SEND_TIMEOUT);
    assertThat(refusal)
        .hasMessageContaining("3072 bytes")
        .hasMessageContaining("20ms")
        .hasMessageContaining("memoryLimit");
    producer.close(Duration.ZERO);
  }

  @Test
  void refusalOfAPartitionIsNamedAlsoAfterAnotherHasRecovered() {
    broker.topic("wide", 2);
    int[] requests = new int[2];
    CountDownLatch repeated = new CountDownLatch(1);
    broker.script(
        exchange -> {
          if (!(exchange.request() instanceof ProduceRequest produce)) {
            exchange.proceed();
          } else if (requests[produce.partition()]++ == 0) {
            exchange.refuse(produce.partition() == 0 ? ErrorCode.DISK_FULL : ErrorCode.RECOVERING);
          } else if (produce.partition() == 0) {
            repeated.countDown(); // and has no answer
          } else {
            exchange.proceed();
          }
        });
    Producer wide =
        client()
            .producer("wide")
            .batchBytes(1024)
            .memoryLimit(2 * 1024)
            .sendTimeout(Duration.ofMillis(20))
            .retry(fastRetry())
            .build();
    Event refused = Event.builder().value(HALF_A_BATCH).partition(0).build();
    wide.send(refused);
    await(repeated);
    get(wide.send(to(1)));
    wide.send(refused);

    assertThat(thrownBy(() -> wide.send(refused)))
        .hasMessageContaining("last refusal: DISK_FULL: scripted DISK_FULL");
    wide.close(Duration.ZERO);
  }

  @Test
  void sendContinuesWhenReceiptsFreeMemory() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = small().sendTimeout(ChronoUnit.FOREVER.getDuration()).build();
    for (int i = 0; i < 3; i++) {
      producer.send(Event.of(HALF_A_BATCH));
    }
    AtomicReference<CompletableFuture<Receipt>> blocked = new AtomicReference<>();
    Thread sender = new Thread(() -> blocked.set(producer.send(Event.of(HALF_A_BATCH))));
    sender.start();
    awaitState(sender, Thread.State.TIMED_WAITING);
    for (int i = 0; i < 4; i++) {
      next(held).proceed();
    }
    sender.join(LONG.toMillis());
    assertThat(get(blocked.get()).offset()).isEqualTo(3);
  }

  @Test
  void fullMemoryEndsLingering() {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    broker.topic("wide", 4);
    Producer wide =
        client()
            .producer("wide")
            .batchBytes(1024)
            .memoryLimit(3 * 1024)
            .linger(Duration.ofMinutes(1))
            .build();
    for (int partition = 0; partition < 4; partition++) {
      receipts.add(wide.send(Event.builder().value("v").partition(partition).build()));
    }
    assertThat(get(receipts.get(0)).offset()).isZero();
  }

  @Test
  void fullMemoryDoesNotSendUnfilledBatchesWhileOthersAreInFlight() throws Exception {
    broker.topic("wide", 2);
    Producer wide = client().producer("wide").batchBytes(1024).memoryLimit(4 * 1024).build();
    // After the first receipt, several batches may be in flight.
    get(wide.send(to(0)));
    get(wide.send(to(1)));
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    wide.post(to(0));
    final Exchange first = next(held);
    wide.post(to(0));
    final Exchange second = next(held);
    wide.post(to(1));
    final Exchange other = next(held);
    wide.post(to(0));
    List<Thread> senders =
        List.of(new Thread(() -> wide.post(to(1))), new Thread(() -> wide.post(to(1))));
    senders.forEach(Thread::start);
    for (Thread sender : senders) {
      awaitState(sender, Thread.State.TIMED_WAITING);
    }
    // This frees memory for one of the two waiting threads.
    first.proceed();
    assertNothingIsSent(held);

    wide.post(to(0));
    broker.script(Exchange::proceed);
    second.proceed();
    other.proceed();
    for (Thread sender : senders) {
      sender.join(LONG.toMillis());
    }
    wide.flush();
    assertThat(broker.partition("wide", 0).batches())
        .extracting(batch -> ProducerTest.recordCount(ByteBuffer.wrap(batch)))
        .containsExactly(1, 1, 1, 2);
    assertThat(broker.partition("wide", 1).values()).hasSize(4);
  }

  @Test
  void twoBatchesAreSentUnfilledAndLaterEventsWaitForAResponse() throws Exception {
    Producer producer = client().producer("rides").build();
    get(producer.send(Event.of("proves that the broker knows the producer")));
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    producer.post(Event.of("1"));
    final Exchange first = next(held);
    producer.post(Event.of("2"));
    final Exchange second = next(held);
    producer.post(Event.of("3"));
    producer.post(Event.of("4"));
    assertNothingIsSent(held);

    first.proceed();
    Exchange third = next(held);
    assertThat(ProducerTest.recordCount(third)).isEqualTo(2);
    second.proceed();
    third.proceed();
    producer.flush();
  }

  /** The response arrives after the event loop has run its earlier tasks. */
  private void assertNothingIsSent(BlockingQueue<Exchange> held) {
    client().admin().listTopics();
    assertThat(held).isEmpty();
  }

  private static Event to(int partition) {
    return Event.builder().value("v").partition(partition).build();
  }

  @Test
  void waitingSenderCanBeInterrupted() throws Exception {
    broker.hold(ProduceRequest.class);
    Producer producer = small().build();
    for (int i = 0; i < 3; i++) {
      producer.send(Event.of(HALF_A_BATCH));
    }
    AtomicReference<MillraceException> thrown = new AtomicReference<>();
    Thread sender =
        new Thread(() -> thrown.set(thrownBy(() -> producer.send(Event.of(HALF_A_BATCH)))));
    sender.start();
    awaitState(sender, Thread.State.TIMED_WAITING);
    sender.interrupt();
    sender.join(LONG.toMillis());
    assertThat(thrown.get().code()).isEqualTo(ErrorCode.INTERRUPTED);
    producer.close(Duration.ZERO);
  }

  @Test
  void callbackMaySendIntoFreedMemoryAndDoesNotWait() throws Exception {
    BlockingQueue<Exchange> held = broker.hold(ProduceRequest.class);
    Producer producer = small().build();
    CompletableFuture<MillraceException> full =
        producer
            .send(Event.of(HALF_A_BATCH))
            .thenApply(
                receipt -> {
                  producer.send(Event.of(HALF_A_BATCH));
                  return thrownBy(() -> producer.send(Event.of(HALF_A_BATCH)));
                });
    producer.send(Event.of(HALF_A_BATCH));
    producer.send(Event.of(HALF_A_BATCH));
    next(held).proceed();

    MillraceException refusal = get(full);
    assertThat(refusal.code()).isEqualTo(ErrorCode.SEND_TIMEOUT);
    assertThat(refusal).hasMessageContaining("event loop");
  }
}
