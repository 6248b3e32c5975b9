package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;

import io.millrace.client.ProcessOptions.Ordering;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handlers on several threads. */
class GroupProcessTest extends BrokerTest {

  private final List<Thread> threads = new ArrayList<>();
  private final List<GroupConsumer> consumers = new ArrayList<>();

  @BeforeEach
  void makeTopic() {
    broker.topic("orders", 2);
  }

  @AfterEach
  void closeConsumers() {
    consumers.forEach(GroupConsumer::close);
    assertThat(threads).allMatch(BrokerTest::ends);
  }

  private GroupConsumer member() {
    GroupConsumer consumer = client().consumer("orders").group("billing").build();
    consumers.add(consumer);
    return consumer;
  }

  private void produce(int count, int keys) {
    try (Producer producer = client().producer("orders").build()) {
      for (int i = 0; i < count; i++) {
        producer.send(Event.of("k" + i % keys, "" + i));
      }
    }
  }

  /** Processes on a thread of its own; completes with the exception, or null. */
  private CompletableFuture<Throwable> process(
      GroupConsumer consumer, EventHandler handler, ProcessOptions options) {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                consumer.process(handler, options);
                end.complete(null);
              } catch (Throwable e) {
                end.complete(e);
              }
            });
    threads.add(thread);
    thread.start();
    return end;
  }

  /** The newest committed position by partition. */
  private Map<Integer, Long> committed() {
    Map<Integer, Long> newest = new HashMap<>();
    broker
        .requests(CommitOffsetsRequest.class)
        .forEach(
            commit ->
                commit.offsets().forEach(each -> newest.put(each.partition(), each.offset())));
    return newest;
  }

  private long end(int partition) {
    return broker.partition("orders", partition).end();
  }

  @Test
  void eventsOfAKeyComeInOrderAndKeysRunInParallel() {
    produce(2_000, 8);
    Map<String, List<Integer>> seen = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger most = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(2_000);
    CountDownLatch together = new CountDownLatch(4);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              String key = event.keyAsString();
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              if (running.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet() > 1) {
                overlaps.add(key);
              }
              if (together.getCount() > 0) {
                together.countDown();
                await(together); // so four keys must run at the same time
              }
              seen.computeIfAbsent(key, k -> Collections.synchronizedList(new ArrayList<>()))
                  .add(Integer.parseInt(event.valueAsString()));
              running.get(key).decrementAndGet();
              now.decrementAndGet();
              all.countDown();
            },
            ProcessOptions.of(4, Ordering.KEY).maxInFlight(100, 1 << 20));
    await(all);
    consumer.close();

    assertThat(get(end)).isNull();
    assertThat(overlaps).isEmpty();
    assertThat(most.get()).isEqualTo(4);
    assertThat(seen.values()).allSatisfy(values -> assertThat(values).isSorted());
    assertThat(committed()).isEqualTo(Map.of(0, end(0), 1, end(1)));
  }

  @Test
  void theCommitStopsBeforeAnEventInProgress() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").build()) {
      for (int i = 0; i < 10; i++) {
        producer.send(Event.of("k" + i, "" + i));
      }
    }
    GroupConsumer consumer = client().consumer("one").group("billing").build();
    consumers.add(consumer);
    CountDownLatch others = new CountDownLatch(9);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              if (event.offset() == 4) {
                release.await();
              } else {
                others.countDown();
              }
            },
            ProcessOptions.of(2, Ordering.NONE));
    await(others);
    GroupConsumerTest.until(() -> committed().getOrDefault(0, 0L) == 4);
    release.countDown();
    GroupConsumerTest.until(() -> committed().get(0) == 10);
    consumer.close();
    assertThat(get(end)).isNull();
  }

  @Test
  void aHandlerThatFailsStopsAndIsNotCommitted() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").build()) {
      for (int i = 0; i < 10; i++) {
        producer.send(Event.of("k", "" + i));
      }
    }
    GroupConsumer consumer = client().consumer("one").group("billing").build();
    consumers.add(consumer);
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              if (event.offset() == 6) {
                throw new IllegalArgumentException("no such customer");
              }
            },
            ProcessOptions.of(3, Ordering.PARTITION));

    Throwable failure = get(end);
    assertThat(failure)
        .isInstanceOf(EventProcessingException.class)
        .hasMessageContaining("event 6 of one-0 after 1 attempt")
        .hasMessageContaining("no such customer")
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(((EventProcessingException) failure).code()).isEqualTo(ErrorCode.HANDLER_FAILED);
    assertThat(((EventProcessingException) failure).event().offset()).isEqualTo(6);
    assertThat(committed()).isEqualTo(Map.of(0, 6L));
  }

  @Test
  void theFailuresOfAllAttemptsAreReported() {
    produce(1, 1);
    AtomicInteger attempt = new AtomicInteger();
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              throw new IllegalStateException("attempt " + attempt.incrementAndGet());
            },
            ProcessOptions.of(2, Ordering.KEY).retry(3, Duration.ZERO, Duration.ZERO));

    Throwable failure = get(end);
    assertThat(failure).hasMessageContaining("after 3 attempts").cause().hasMessage("attempt 3");
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("attempt 1", "attempt 2");
  }

  @Test
  void ofManyAttemptsTheFirstFailuresAndTheLastAreReported() {
    produce(1, 1);
    AtomicInteger attempt = new AtomicInteger();
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              throw new IllegalStateException("" + attempt.incrementAndGet());
            },
            ProcessOptions.of(2, Ordering.KEY).retry(1000, Duration.ZERO, Duration.ZERO));

    Throwable failure = get(end);
    assertThat(failure).cause().hasMessage("1000");
    assertThat(failure.getSuppressed())
        .extracting(Throwable::getMessage)
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "999");
  }

  @Test
  void failuresAtTheSameTimeAreAllReported() {
    produce(2, 2);
    CountDownLatch both = new CountDownLatch(2);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              both.countDown();
              await(both);
              throw new IllegalStateException(event.valueAsString());
            },
            ProcessOptions.of(2, Ordering.NONE));

    Throwable failure = get(end);
    assertThat(failure.getSuppressed())
        .singleElement()
        .isInstanceOf(EventProcessingException.class)
        .asInstanceOf(THROWABLE)
        .cause()
        .hasMessageNotContaining(failure.getCause().getMessage());
  }

  @Test
  void aHandlerThatFailsIsCalledAgain() {
    produce(20, 4);
    Set<String> failed = ConcurrentHashMap.newKeySet();
    CountDownLatch done = new CountDownLatch(20);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              if (failed.add(event.valueAsString())) {
                throw new IllegalStateException("the first time");
              }
              done.countDown();
            },
            ProcessOptions.of(2, Ordering.KEY)
                .retry(3, Duration.ofMillis(1), Duration.ofMillis(5)));
    await(done);
    consumer.close();
    assertThat(get(end)).isNull();
    assertThat(committed()).isEqualTo(Map.of(0, end(0), 1, end(1)));
  }

  @Test
  void closeWaitsForRunningHandlers() {
    produce(1, 1);
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              began.countDown();
              release.await();
            },
            ProcessOptions.of(2, Ordering.KEY));
    await(began);
    Thread closer = new Thread(consumer::close);
    threads.add(closer);
    closer.start();
    awaitState(closer, Thread.State.WAITING);
    assertThat(end).isNotDone();
    release.countDown();

    assertThat(ends(closer)).isTrue();
    assertThat(get(end)).isNull();
    assertThat(committed().values()).containsExactly(1L);
  }

  @Test
  void closeRunsTheEventsBeforeThoseThatHaveBegun() {
    broker.topic("one", 1);
    try (Producer producer = client().producer("one").build()) {
      for (String key : List.of("b", "b", "a", "b")) {
        producer.send(Event.of(key, "x"));
      }
    }
    GroupConsumer consumer = client().consumer("one").group("billing").build();
    consumers.add(consumer);
    List<Long> handled = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch third = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              if (event.offset() == 0) {
                release.await();
              }
              handled.add(event.offset());
              if (event.offset() == 2) {
                third.countDown();
              }
            },
            ProcessOptions.of(2, Ordering.KEY));
    await(third);
    Thread closer = new Thread(consumer::close);
    threads.add(closer);
    closer.start();
    awaitState(threads.get(0), Thread.State.TIMED_WAITING);
    awaitState(closer, Thread.State.WAITING);
    GroupConsumerTest.until(() -> isDraining(threads.get(0)));
    release.countDown();

    assertThat(get(end)).isNull();
    assertThat(handled).containsExactly(2L, 0L, 1L);
    assertThat(committed()).isEqualTo(Map.of(0, 3L));
  }

  private static boolean isDraining(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("drainAll"));
  }

  @Test
  void aHandlerThatDoesNotEndIsInterruptedAndNotCommitted() {
    produce(1, 1);
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              began.countDown();
              never.await();
            },
            ProcessOptions.of(1, Ordering.KEY).drain(Duration.ofMillis(50)));
    await(began);
    consumer.close();
    assertThat(get(end)).isNull();
    assertThat(committed()).isEmpty();
  }

  @Test
  void aHandlerMayEndTheRunAndMayNotClose() {
    produce(10, 2);
    GroupConsumer consumer = member();
    CompletableFuture<Throwable> end =
        process(
            consumer,
            event -> {
              assertThatIllegalStateException()
                  .isThrownBy(consumer::close)
                  .withMessageContaining("call wakeup() there");
              consumer.wakeup();
            },
            ProcessOptions.of(1, Ordering.PARTITION));
    assertThat(get(end)).isNull();
    assertThat(committed()).isNotEmpty();
  }

  @Test
  void noMoreEventsAreInFlightThanAllowed() {
    produce(500, 500);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(500);
    GroupConsumer consumer = member();
    process(
        consumer,
        event -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          Thread.yield();
          now.decrementAndGet();
          done.countDown();
        },
        ProcessOptions.of(8, Ordering.NONE).maxInFlight(3, 1 << 20));
    await(done);
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void aMovingPartitionWaitsForItsRunningEvents() {
    produce(200, 50);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(2);
    Set<String> byFirst = ConcurrentHashMap.newKeySet();
    Set<String> bySecond = ConcurrentHashMap.newKeySet();
    GroupConsumer first = member();
    process(
        first,
        event -> {
          began.countDown();
          release.await();
          byFirst.add(event.valueAsString());
        },
        ProcessOptions.of(2, Ordering.PARTITION));
    await(began);
    GroupConsumer second = member();
    process(
        second,
        event -> bySecond.add(event.valueAsString()),
        ProcessOptions.of(2, Ordering.PARTITION));
    release.countDown();
    GroupConsumerTest.until(() -> byFirst.size() + bySecond.size() >= 200);
    GroupConsumerTest.until(() -> committed().equals(Map.of(0, end(0), 1, end(1))));

    assertThat(byFirst).doesNotContainAnyElementsOf(bySecond);
    assertThat(bySecond).isNotEmpty();
  }

  /** How a run ends, and what follows with the same consumer. */
  static Stream<Arguments> endings() {
    return Stream.of(Ordering.values())
        .flatMap(
            ordering ->
                Stream.of(true, false)
                    .flatMap(
                        throwing ->
                            Stream.of(true, false)
                                .map(polling -> Arguments.of(ordering, throwing, polling))));
  }

  /** Events that were taken and not started when a run ends come again, in place of being lost. */
  @ParameterizedTest
  @MethodSource("endings")
  void aConsumerThatIsUsedAgainSkipsNothing(Ordering ordering, boolean throwing, boolean polling)
      throws InterruptedException {
    int events = 600;
    produce(events, 7);
    GroupConsumer consumer = member();
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    CountDownLatch some = new CountDownLatch(50);
    AtomicBoolean failed = new AtomicBoolean();
    CompletableFuture<Throwable> first =
        process(
            consumer,
            event -> {
              some.countDown();
              if (throwing && some.getCount() == 0 && failed.compareAndSet(false, true)) {
                throw new IllegalStateException("says the test");
              }
              done.add(Integer.valueOf(event.valueAsString()));
            },
            ProcessOptions.of(2, ordering));
    some.await();
    if (!throwing) {
      consumer.wakeup();
    }
    assertThat(first.join() != null).isEqualTo(throwing);

    if (polling) {
      long deadline = System.nanoTime() + LONG.toNanos();
      while (done.size() < events && System.nanoTime() - deadline < 0) {
        consumer
            .poll(Duration.ofMillis(20))
            .forEach(event -> done.add(Integer.valueOf(event.valueAsString())));
      }
    } else {
      CountDownLatch all = new CountDownLatch(events - done.size());
      process(
          consumer,
          event -> {
            if (done.add(Integer.valueOf(event.valueAsString()))) {
              all.countDown();
            }
          },
          ProcessOptions.of(2, ordering));
      all.await(LONG.toSeconds(), TimeUnit.SECONDS);
      consumer.wakeup();
    }
    assertThat(done).hasSize(events);
  }
}
