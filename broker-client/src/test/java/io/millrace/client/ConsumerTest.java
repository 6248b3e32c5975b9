package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.client.fake.FakePartition;
import io.millrace.client.fake.FakeSession;
import io.millrace.client.fake.StoredBatches;
import io.millrace.client.fake.StoredBatches.BatchEvent;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.UnsubscribeRequest;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerTest extends BrokerTest {

  private static final Duration NOW = Duration.ZERO;

  @BeforeEach
  void makeTopic() {
    broker.topic("rides", 1);
  }

  /** Answers every Subscribe with a start offset. The test delivers the batches. */
  private void answerSubscribes(long startOffset, long end) {
    broker.script(
        exchange -> {
          if (exchange.request() instanceof SubscribeRequest) {
            exchange.answer(new SubscribeResponse(startOffset, 0, end, end));
          } else {
            exchange.proceed();
          }
        });
  }

  private SubscribeRequest lastSubscribe() {
    List<SubscribeRequest> all = broker.requests(SubscribeRequest.class);
    return all.get(all.size() - 1);
  }

  private void deliver(long nextOffset, byte[]... batches) {
    broker.session().deliver(lastSubscribe().subscriptionId(), nextOffset, nextOffset, batches);
  }

  private Consumer.Builder consumer() {
    return client().consumer("rides").from(StartPosition.earliest());
  }

  @Test
  void historyAndLiveEventsComeFromAllPartitions() {
    broker.topic("wide", 3);
    Producer producer = client().producer("wide").build();
    for (int i = 0; i < 50; i++) {
      producer.send(Event.of("k" + i, "v" + i));
    }
    producer.flush();
    Consumer consumer = client().consumer("wide").from(StartPosition.earliest()).build();
    List<ConsumedEvent> history = take(consumer, 50);
    for (int i = 50; i < 100; i++) {
      producer.send(Event.of("k" + i, "v" + i));
    }
    List<ConsumedEvent> live = take(consumer, 50);

    assertThat(values(history)).hasSize(50).doesNotHaveDuplicates();
    assertThat(values(live)).hasSize(50).doesNotHaveDuplicates();
    assertThat(consumer.partitions()).containsExactly(0, 1, 2);
    Map<Integer, Long> ends =
        Map.of(
            0, broker.partition("wide", 0).end(),
            1, broker.partition("wide", 1).end(),
            2, broker.partition("wide", 2).end());
    assertThat(consumer.positions()).isEqualTo(ends);
  }

  @Test
  void recordsBeforeTheStartAreSkipped() {
    answerSubscribes(2, 4);
    Consumer consumer = client().consumer("rides").from(StartPosition.offset(2)).build();
    assertThat(lastSubscribe().startKind()).isEqualTo(StartKind.OFFSET);
    assertThat(lastSubscribe().startValue()).isEqualTo(2);
    assertThat(consumer.position(0)).isEqualTo(2);
    deliver(4, StoredBatches.stored(0, "a", "b", "c", "d"));

    List<ConsumedEvent> events = take(consumer, 2);
    assertThat(events).extracting(ConsumedEvent::offset).containsExactly(2L, 3L);
    assertThat(values(events)).containsExactly("c", "d");
    assertThat(consumer.position(0)).isEqualTo(4);
  }

  @Test
  void gapsAreSkipped() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().build();
    deliver(100, StoredBatches.gap(0, 100));
    deliver(101, StoredBatches.stored(100, "a"));
    deliver(151, StoredBatches.gap(101, 50));
    deliver(152, StoredBatches.stored(151, "b"));

    List<ConsumedEvent> events = take(consumer, 2);
    assertThat(events).extracting(ConsumedEvent::offset).containsExactly(100L, 151L);
    assertThat(consumer.position(0)).isEqualTo(152);
  }

  @Test
  void onlyEventsOfTheRequestedSourcesAreReturned() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().sources("car", "bus").build();
    assertThat(lastSubscribe().sources()).containsExactlyInAnyOrder("car", "bus");
    deliver(
        4,
        StoredBatches.stored(
            0,
            new BatchEvent("car", 1, "a"),
            new BatchEvent("cart", 2, "b"),
            new BatchEvent("bus", 3, "c"),
            new BatchEvent("tram", 4, "d")));

    assertThat(values(take(consumer, 2))).containsExactly("a", "c");
    assertThat(consumer.position(0)).isEqualTo(4);
  }

  @Test
  void positionMovesOverFilteredEvents() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().sources("car").build();
    for (int next = 10; next <= 100_000; next += 10) {
      deliver(next);
    }
    deliver(100_001, StoredBatches.stored(100_000, new BatchEvent("car", 1, "a")));
    take(consumer, 1);
    assertThat(consumer.position(0)).isEqualTo(100_001);
    deliver(200_000);
    deliver(200_001, StoredBatches.stored(200_000, new BatchEvent("car", 1, "b")));
    take(consumer, 1);
    assertThat(consumer.position(0)).isEqualTo(200_001);
  }

  @Test
  void startTimeSkipsEventsBeforeItsFirstEventAndNoneAfter() {
    answerSubscribes(10, 0);
    Instant time = Instant.EPOCH.plusSeconds(100);
    Consumer consumer = client().consumer("rides").from(StartPosition.timestamp(time)).build();
    assertThat(lastSubscribe().startKind()).isEqualTo(StartKind.EVENT_TIME);
    assertThat(lastSubscribe().startValue()).isEqualTo(100_000_000);
    deliver(
        14,
        StoredBatches.stored(
            10,
            new BatchEvent("s", 99_999_999, "early"),
            new BatchEvent("s", 100_000_000, "first"),
            new BatchEvent("s", 50, "late but after"),
            new BatchEvent("s", 100_000_001, "second")));

    List<ConsumedEvent> events = take(consumer, 3);
    assertThat(values(events)).containsExactly("first", "late but after", "second");
    assertThat(events.get(0).offset()).isEqualTo(11);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void startTimeIsReachedByAnEventOfTheSourcesInAnyBatch(boolean together) {
    answerSubscribes(0, 0);
    Instant time = Instant.EPOCH.plusSeconds(80);
    Consumer consumer =
        client().consumer("rides").from(StartPosition.timestamp(time)).sources("car").build();
    BatchEvent other = new BatchEvent("bus", 100_000_000, "other");
    BatchEvent early = new BatchEvent("car", 50_000_000, "early");
    if (together) {
      deliver(2, StoredBatches.stored(0, other, early));
    } else {
      // The broker skips the batch of the other source.
      deliver(2, StoredBatches.stored(1, early));
    }
    deliver(4, StoredBatches.stored(2, new BatchEvent("car", 80_000_000, "first"), early));

    assertThat(take(consumer, 2))
        .extracting(ConsumedEvent::offset, ConsumedEvent::valueAsString)
        .containsExactly(tuple(2L, "first"), tuple(3L, "early"));
  }

  @Test
  void startTimeInTheFutureWaitsForItsFirstEvent() {
    answerSubscribes(0, 0);
    Instant time = Instant.EPOCH.plusSeconds(100);
    Consumer consumer = client().consumer("rides").from(StartPosition.timestamp(time)).build();
    deliver(2, StoredBatches.stored(0, new BatchEvent("s", 1, "a"), new BatchEvent("s", 2, "b")));
    deliver(
        4,
        StoredBatches.stored(
            2, new BatchEvent("s", 100_000_000, "c"), new BatchEvent("s", 3, "d")));
    assertThat(values(take(consumer, 2))).containsExactly("c", "d");
  }

  @Test
  void latestStartDoesNotMoveWhenTheConnectionBreaks() {
    Producer producer = client().producer("rides").build();
    get(producer.send(Event.of("old")));
    Consumer consumer = client().consumer("rides").build();
    assertThat(lastSubscribe().startKind()).isEqualTo(StartKind.LATEST);
    assertThat(consumer.position(0)).isEqualTo(1);
    broker.stop();
    broker.partition("rides", 0).appendAll(StoredBatches.stored(0, "while it was away"));
    broker.start();

    assertThat(values(take(consumer, 1))).containsExactly("while it was away");
    assertThat(lastSubscribe().startKind()).isEqualTo(StartKind.OFFSET);
    assertThat(lastSubscribe().startValue()).isEqualTo(1);
  }

  @Test
  void brokenConnectionsLeaveNoGapAndNoRepeat() {
    FakePartition log = broker.partition("rides", 0);
    for (int i = 0; i < 100; i++) {
      log.appendAll(StoredBatches.stored(0, "a" + i, "b" + i, "c" + i));
    }
    List<String> expected = log.values();
    Consumer consumer = consumer().creditBytes(1024).maxPollEvents(7).build();
    List<String> values = new ArrayList<>();
    while (values.size() < 300) {
      values.addAll(values(take(consumer, 1)));
      if (values.size() % 3 != 0) {
        broker.session().cut();
      }
    }
    assertThat(values).isEqualTo(expected);
    assertThat(broker.requests(SubscribeRequest.class)).hasSizeGreaterThan(3);
  }

  @Test
  void brokerHasNoMoreThanTheRemainingCredit() {
    FakePartition log = broker.partition("rides", 0);
    String value = "x".repeat(900);
    for (int i = 0; i < 40; i++) {
      log.appendAll(StoredBatches.stored(0, value));
    }
    int batchBytes = log.batches().get(0).length;
    Consumer consumer = consumer().creditBytes(8L * batchBytes).maxPollEvents(1).build();
    assertThat(lastSubscribe().creditBytes()).isEqualTo(8L * batchBytes);
    take(consumer, 1);
    assertThat(broker.requests(CreditRequest.class)).isEmpty();
    take(consumer, 39);
    client().admin().listTopics();

    long returned =
        broker.requests(CreditRequest.class).stream().mapToLong(CreditRequest::bytes).sum();
    // The next poll completes the last batch. Up to a quarter of the credit is granted later.
    assertThat(returned).isBetween(36L * batchBytes, 40L * batchBytes);
    assertThat(broker.requests(CreditRequest.class)).hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void partitionHasNoMoreCreditThanTheBrokerGives() {
    consumer().creditBytes(8L << 30).build();
    assertThat(lastSubscribe().creditBytes()).isEqualTo(1L << 30);
  }

  @Test
  void creditAfterReconnectingLeavesOutBufferedBytes() {
    answerSubscribes(0, 0);
    byte[] batch = StoredBatches.stored(0, "x".repeat(900));
    Consumer consumer = consumer().creditBytes(10_000).build();
    FakeSession first = broker.session();
    deliver(1, batch);
    take(consumer, 1);
    deliver(2, StoredBatches.stored(1, "x".repeat(900)));
    awaitResubscribe(first);

    assertThat(lastSubscribe().startValue()).isEqualTo(2);
    assertThat(lastSubscribe().creditBytes()).isBetween(10_000L - 2 * batch.length - 10, 9_999L);
    take(consumer, 1);
  }

  /** Closes a connection once all bytes sent over it have arrived. */
  private void awaitResubscribe(FakeSession session) {
    client().admin().listTopics();
    session.cut();
    client().admin().listTopics();
    // That event may have been delivered over the new connection before; this one has not.
    client().admin().listTopics();
  }

  @Test
  void partitionIsSubscribedAgainWhenMoreThanTheCreditIsBuffered() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().creditBytes(1024).build();
    FakeSession first = broker.session();
    deliver(1, StoredBatches.stored(0, "x".repeat(5000)));
    awaitResubscribe(first);
    assertThat(lastSubscribe().creditBytes()).isEqualTo(1);
    take(consumer, 1);
    deliver(2, StoredBatches.stored(1, "b"));
    take(consumer, 1);
    client().admin().listTopics();
    long granted =
        broker.requests(CreditRequest.class).stream().mapToLong(CreditRequest::bytes).sum();
    assertThat(granted).isEqualTo(1024 - 1);
  }

  @Test
  void pollReturnsNoMoreEventsThanAllowed() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().maxPollEvents(2).build();
    deliver(3, StoredBatches.stored(0, "a", "b", "c"));
    deliver(4, StoredBatches.stored(3, "d"));
    client().admin().listTopics();
    assertThat(values(consumer.poll(NOW))).containsExactly("a", "b");
    assertThat(consumer.position(0)).isEqualTo(2);
    assertThat(values(consumer.poll(NOW))).containsExactly("c", "d");
    assertThat(consumer.poll(NOW)).isEmpty();
    assertThat(consumer.position(0)).isEqualTo(4);
  }

  @Test
  void pollReturnsNoMoreBytesThanTheCredit() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().creditBytes(1024).build();
    String half = "x".repeat(600);
    deliver(4, StoredBatches.stored(0, half, half, half, half));
    client().admin().listTopics();
    assertThat(consumer.poll(NOW)).hasSize(2);
    assertThat(consumer.poll(NOW)).hasSize(2);
    assertThat(consumer.poll(NOW)).isEmpty();
  }

  @Test
  void closingFreesTheMemoryOfEventsThatWereNotReturned() {
    long before = activePieces();
    answerSubscribes(0, 0);
    Consumer consumer = consumer().maxPollEvents(1).build();
    for (int i = 0; i < 50; i++) {
      deliver(2 * i + 2, StoredBatches.stored(2 * i, "x".repeat(40_000), "y"));
    }
    client().admin().listTopics();
    take(consumer, 1);
    assertThat(activePieces()).isGreaterThan(before);
    List<Thread> threads = threads("test");
    consumer.close();
    client().close();
    assertThat(threads).allMatch(BrokerTest::ends);
    assertThat(activePieces()).isLessThanOrEqualTo(before);
  }

  /** The number of large buffers, such as frames, in use in Netty's pool. */
  private static long activePieces() {
    return PooledByteBufAllocator.DEFAULT.metric().directArenas().stream()
        .mapToLong(arena -> arena.numActiveNormalAllocations() + arena.numActiveHugeAllocations())
        .sum();
  }

  @Test
  void eachPartitionCanHaveItsOwnStart() {
    broker.topic("wide", 4);
    for (int partition = 0; partition < 4; partition++) {
      broker.partition("wide", partition).appendAll(StoredBatches.stored(0, "a", "b", "c"));
    }
    Consumer mixed =
        client()
            .consumer("wide")
            .from(StartPosition.latest())
            .from(1, StartPosition.offset(2))
            .partitions(0, 1)
            .build();
    assertThat(mixed.positions()).isEqualTo(Map.of(0, 3L, 1, 2L));

    Consumer resumed =
        client()
            .consumer("wide")
            .from(Map.of(2, StartPosition.offset(1), 3, StartPosition.earliest()))
            .build();
    assertThat(resumed.partitions()).containsExactly(2, 3);
    assertThat(resumed.positions()).isEqualTo(Map.of(2, 1L, 3, 0L));
  }

  @Test
  void unknownPartitionsAreRefused() {
    assertThat(thrownBy(() -> consumer().partitions(0, 1).build()).code())
        .isEqualTo(ErrorCode.UNKNOWN_PARTITION);
    assertThat(thrownBy(() -> consumer().from(7, StartPosition.latest()).build()))
        .hasMessage("topic rides has partitions 0 to 0, not 7");
    Consumer consumer = consumer().build();
    assertThatIllegalArgumentException().isThrownBy(() -> consumer.position(1));
  }

  @Test
  void emptySetOfPartitionsIsRefused() {
    Consumer.Builder builder = consumer();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.from(Map.of()))
        .withMessageContaining("to read every partition");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.partitions())
        .withMessageContaining("to read every partition");
  }

  @Test
  void timeOutOfRangeIsRefusedBeforeTheConsumerIsBuilt() {
    StartPosition never = StartPosition.timestamp(Instant.MIN);
    Consumer.Builder builder = consumer();
    assertThatIllegalArgumentException().isThrownBy(() -> builder.from(never));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.from(0, never));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.from(Map.of(0, never)));
  }

  @Test
  void offsetOutOfRangeIsRefusedWhenTheConsumerIsBuilt() {
    MillraceException refusal =
        thrownBy(() -> client().consumer("rides").from(StartPosition.offset(5)).build());
    assertThat(refusal.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(refusal).hasMessage("partition 0 of topic 'rides': 5 is after the end, 0");
  }

  @Test
  void endedSubscriptionIsReportedAfterItsLastEvents() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().build();
    deliver(1, StoredBatches.stored(0, "a"));
    broker.session().end(lastSubscribe().subscriptionId(), ErrorCode.UNKNOWN_TOPIC);

    assertThat(values(take(consumer, 1))).containsExactly("a");
    for (int i = 0; i < 2; i++) {
      MillraceException end = thrownBy(() -> consumer.poll(LONG));
      assertThat(end.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
      assertThat(end).hasMessage("partition 0 of topic 'rides': scripted UNKNOWN_TOPIC");
    }
    assertThat(consumer.positions()).isEqualTo(Map.of(0, 1L));
  }

  @Test
  void subscriptionThatEndsWithARetriableCodeIsRetried() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().build();
    deliver(1, StoredBatches.stored(0, "a"));
    take(consumer, 1);
    CompletableFuture<Void> again = new CompletableFuture<>();
    broker.script(
        exchange -> {
          exchange.proceed();
          if (exchange.request() instanceof SubscribeRequest) {
            again.complete(null);
          }
        });
    broker.partition("rides", 0).appendAll(StoredBatches.stored(0, "a", "b"));
    broker.session().end(lastSubscribe().subscriptionId(), ErrorCode.RECOVERING);
    get(again);
    assertThat(values(take(consumer, 1))).containsExactly("b");
  }

  @Test
  void subscriptionWithARetriableRefusalIsRetried() {
    int[] refusals = {3};
    broker.script(
        exchange -> {
          if (exchange.request() instanceof SubscribeRequest && refusals[0]-- > 0) {
            exchange.refuse(ErrorCode.RECOVERING);
          } else {
            exchange.proceed();
          }
        });
    assertThat(consumer().build().position(0)).isZero();
    assertThat(broker.requests(SubscribeRequest.class)).hasSize(4);
  }

  @Test
  void eventsDeletedByRetentionDuringAReconnectAreReported() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().build();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof SubscribeRequest) {
            exchange.refuse(ErrorCode.OFFSET_OUT_OF_RANGE);
          } else {
            exchange.proceed();
          }
        });
    broker.session().cut();
    assertThat(thrownBy(() -> consumer.poll(LONG)).code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
  }

  @Test
  void aStartAtTheEarliestEventIsLookedUpAgainIfRetentionIsFaster() {
    answerSubscribes(0, 5);
    Consumer consumer = consumer().build();
    answerSubscribes(3, 5);
    broker.session().end(lastSubscribe().subscriptionId(), ErrorCode.OFFSET_OUT_OF_RANGE);
    while (consumer.position(0) < 3) {
      assertThat(consumer.poll(NOW)).isEmpty();
    }
    assertThat(broker.requests(SubscribeRequest.class))
        .extracting(SubscribeRequest::startKind)
        .containsExactly(StartKind.EARLIEST, StartKind.EARLIEST);
    deliver(4, StoredBatches.stored(3, "d"));
    assertThat(values(take(consumer, 1))).containsExactly("d");
  }

  @Test
  void aStartAtTheEarliestEventIsLookedUpAgainIfItIsDroppedDuringAnOutage() {
    answerSubscribes(0, 5);
    Consumer consumer = consumer().build();
    broker.script(
        exchange -> {
          if (exchange.request() instanceof SubscribeRequest subscribe) {
            exchange.answer(
                subscribe.startKind() == StartKind.OFFSET
                    ? new ErrorResponse(ErrorCode.OFFSET_OUT_OF_RANGE, "says the test")
                    : new SubscribeResponse(3, 3, 5, 5));
          } else {
            exchange.proceed();
          }
        });
    broker.session().cut();
    while (consumer.position(0) < 3) {
      assertThat(consumer.poll(NOW)).isEmpty();
    }
    assertThat(broker.requests(SubscribeRequest.class))
        .extracting(SubscribeRequest::startKind)
        .containsExactly(StartKind.EARLIEST, StartKind.OFFSET, StartKind.EARLIEST);
  }

  @Test
  void eventsThatRetentionDropsAfterTheFirstDeliveryAreReported() {
    answerSubscribes(0, 5);
    Consumer consumer = consumer().build();
    deliver(1, StoredBatches.stored(0, "a"));
    take(consumer, 1);
    broker.session().end(lastSubscribe().subscriptionId(), ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(thrownBy(() -> consumer.poll(LONG)).code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
  }

  @Test
  void eventsThatRetentionDropsAfterAStartAtAnOffsetOrAtTheEndAreReported() {
    for (StartPosition start : List.of(StartPosition.offset(0), StartPosition.latest())) {
      answerSubscribes(0, 5);
      Consumer consumer = client().consumer("rides").from(start).build();
      broker.session().end(lastSubscribe().subscriptionId(), ErrorCode.OFFSET_OUT_OF_RANGE);
      assertThat(thrownBy(() -> consumer.poll(LONG)).code())
          .as("%s", start)
          .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }
  }

  @Test
  void damagedBatchIsReportedWithItsOffsetAfterTheEventsBeforeIt() {
    answerSubscribes(0, 0);
    Consumer consumer = consumer().build();
    byte[] damaged = StoredBatches.stored(1, "b");
    damaged[damaged.length - 1] ^= 1;
    deliver(2, StoredBatches.stored(0, "a"), damaged);
    assertThat(values(take(consumer, 1))).containsExactly("a");
    MillraceException failure = thrownBy(() -> consumer.poll(LONG));
    assertThat(failure.code()).isEqualTo(ErrorCode.CORRUPT_BATCH);
    assertThat(failure).hasMessageContaining("topic rides partition 0 from offset 1");
    assertThat(consumer.position(0)).isEqualTo(1);
  }

  @Test
  void wakeupEndsAPollThatWaitsOrElseTheNextOne() throws Exception {
    Consumer consumer = consumer().build();
    consumer.wakeup();
    assertThat(consumer.poll(Duration.ofHours(1))).isEmpty();

    AtomicReference<List<ConsumedEvent>> polled = new AtomicReference<>();
    Thread poller = new Thread(() -> polled.set(consumer.poll(Duration.ofHours(1))));
    poller.start();
    awaitState(poller, Thread.State.TIMED_WAITING);
    consumer.wakeup();
    poller.join(LONG.toMillis());
    assertThat(polled.get()).isEmpty();
  }

  @Test
  void secondThreadIsRefused() throws Exception {
    Consumer consumer = consumer().build();
    Thread poller = new Thread(() -> consumer.poll(Duration.ofHours(1)), "the-owner");
    poller.start();
    awaitState(poller, Thread.State.TIMED_WAITING);
    MillraceException refusal = thrownBy(() -> consumer.poll(NOW));
    assertThat(refusal.code()).isEqualTo(ErrorCode.CONCURRENT_USE);
    assertThat(refusal).hasMessageContaining("the-owner");
    consumer.wakeup();
    poller.join(LONG.toMillis());
  }

  @Test
  void closeEndsAPollThatWaits() throws Exception {
    Consumer consumer = consumer().build();
    AtomicReference<MillraceException> thrown = new AtomicReference<>();
    CountDownLatch started = new CountDownLatch(1);
    Thread poller =
        new Thread(
            () -> {
              started.countDown();
              thrown.set(thrownBy(() -> consumer.poll(Duration.ofHours(1))));
            });
    poller.start();
    await(started);
    awaitState(poller, Thread.State.TIMED_WAITING);
    consumer.close();
    consumer.close();
    poller.join(LONG.toMillis());
    assertThat(thrown.get().code()).isEqualTo(ErrorCode.CLOSED);
    client().admin().listTopics();
    assertThat(broker.requests(UnsubscribeRequest.class)).hasSize(1);
    assertThat(thrownBy(() -> consumer.poll(NOW)).code()).isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void interruptedPollThrowsInterrupted() throws Exception {
    Consumer consumer = consumer().build();
    AtomicReference<MillraceException> thrown = new AtomicReference<>();
    Thread poller =
        new Thread(() -> thrown.set(thrownBy(() -> consumer.poll(Duration.ofHours(1)))));
    poller.start();
    awaitState(poller, Thread.State.TIMED_WAITING);
    poller.interrupt();
    poller.join(LONG.toMillis());
    assertThat(thrown.get().code()).isEqualTo(ErrorCode.INTERRUPTED);
  }

  @Test
  void unansweredSubscribeLeadsToANewConnection() {
    int[] silent = {1};
    broker.script(
        exchange -> {
          if (!(exchange.request() instanceof SubscribeRequest) || silent[0]-- <= 0) {
            exchange.proceed();
          }
        });
    MillraceException failure;
    try (MillraceClient impatient = builder().requestTimeout(Duration.ofMillis(50)).build()) {
      failure = thrownBy(() -> impatient.consumer("rides").build());
    }
    assertThat(failure.code()).isIn(ErrorCode.REQUEST_TIMEOUT, ErrorCode.SERVER_UNREACHABLE);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> consumer().creditBytes(1023));
    assertThatIllegalArgumentException().isThrownBy(() -> consumer().maxPollEvents(0));
    assertThatIllegalArgumentException().isThrownBy(() -> consumer().sources(new String[1025]));
    assertThat(thrownBy(() -> consumer().sources("").build()).code())
        .isEqualTo(ErrorCode.INVALID_SOURCE);
  }
}
