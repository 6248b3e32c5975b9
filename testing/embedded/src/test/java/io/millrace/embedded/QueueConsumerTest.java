package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Event;
import io.millrace.client.EventRejectedException;
import io.millrace.client.GroupConsumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.QueueConsumer;
import io.millrace.client.QueueDetails;
import io.millrace.client.QueueHandler;
import io.millrace.client.QueuedEvent;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Consumers of queues, with a whole broker. */
class QueueConsumerTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Duration SHORT_LOCK = Duration.ofMillis(300);
  private static final Duration NOW = Duration.ZERO;

  private EmbeddedBroker broker;
  private MillraceClient second;

  @BeforeEach
  void start() {
    broker = EmbeddedBroker.builder().topic("jobs", 2).start();
    second = MillraceClient.builder().server(broker.address()).clientId("second").build();
  }

  @AfterEach
  void stop() {
    second.close();
    broker.close();
  }

  private QueueConsumer.Builder queue() {
    return queue(broker.client());
  }

  private static QueueConsumer.Builder queue(MillraceClient client) {
    return client.queueConsumer("jobs", "workers").backOff(NOW, NOW);
  }

  private void produce(int events) {
    try (Producer producer = broker.client().producer("jobs").build()) {
      IntStream.range(0, events)
          .forEach(i -> producer.post(Event.of("k" + i % 5, String.valueOf(i))));
    }
  }

  /** Takes until a number of events has come. */
  private static List<QueuedEvent> take(QueueConsumer queue, int count) {
    List<QueuedEvent> events = new ArrayList<>();
    long deadline = System.nanoTime() + LONG.toNanos();
    while (events.size() < count) {
      assertThat(System.nanoTime() - deadline).as("deadline; has " + events).isNegative();
      events.addAll(queue.poll(Duration.ofMillis(200)));
    }
    return events;
  }

  private static void closeIn(QueueConsumer queue) {
    queue.close();
  }

  private static QueuedEvent takeOne(QueueConsumer queue) {
    List<QueuedEvent> events = take(queue, 1);
    assertThat(events).hasSize(1);
    return events.get(0);
  }

  private static ErrorCode failureOf(CompletableFuture<Void> settlement) {
    try {
      settlement.join();
      return ErrorCode.NONE;
    } catch (CompletionException e) {
      return ((MillraceException) e.getCause()).code();
    }
  }

  private QueueDetails details() {
    return broker.client().admin().describeGroup("workers").queue().orElseThrow();
  }

  private static Map<String, String> headers(ConsumedEvent event) {
    return event.headers().stream()
        .collect(
            Collectors.toMap(
                header -> header.name(),
                header -> new String(header.value(), StandardCharsets.UTF_8)));
  }

  /** The first dead letter, when the broker has created the topic and written it. */
  private ConsumedEvent deadLetter(String topic) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (broker.client().admin().listTopics().stream()
        .noneMatch(each -> each.name().equals(topic))) {
      assertThat(System.nanoTime() - deadline).as("deadline").isNegative();
    }
    return broker.awaitEvents(topic, 1, LONG).get(0);
  }

  /** Runs a handler on another thread; the future has the exception, or null. */
  private static CompletableFuture<Throwable> process(
      QueueConsumer queue, int parallelism, QueueHandler handler) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            queue.process(handler, parallelism);
            return null;
          } catch (RuntimeException | Error e) {
            return e;
          }
        },
        task -> new Thread(task, "process").start());
  }

  @Test
  void consumersShareTheEvents() {
    produce(200);
    try (QueueConsumer one = queue().maxPollEvents(7).build();
        QueueConsumer two = queue(second).maxPollEvents(11).build()) {
      Set<String> seen = ConcurrentHashMap.newKeySet();
      List<CompletableFuture<Void>> accepted = new ArrayList<>();
      while (seen.size() < 200) {
        for (QueueConsumer each : List.of(one, two)) {
          for (QueuedEvent event : each.poll(NOW)) {
            assertThat(seen.add(event.valueAsString())).as("taken once: " + event).isTrue();
            assertThat(event.attempts()).isZero();
            accepted.add(each.accept(event));
          }
        }
      }
      CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
      assertThat(details().consumers()).hasSize(2);
      assertThat(details().partitions())
          .allSatisfy(
              each -> {
                assertThat(each.start()).isEqualTo(each.next());
                assertThat(each.locked()).isZero();
              })
          .extracting(QueueDetails.Partition::start)
          .satisfies(
              starts ->
                  assertThat(starts.stream().mapToLong(Long::longValue).sum()).isEqualTo(200));
    }
  }

  @Test
  void anEventThatFailsComesAgainAndThenIsADeadLetter() {
    produce(1);
    try (QueueConsumer queue = queue().maxAttempts(3).build()) {
      for (int attempt = 0; attempt < 3; attempt++) {
        QueuedEvent event = takeOne(queue);
        assertThat(event.attempts()).isEqualTo(attempt);
        queue.fail(event, "try " + attempt).join();
      }
      ConsumedEvent dead = deadLetter("jobs.dead-letters");
      assertThat(dead.valueAsString()).isEqualTo("0");
      assertThat(dead.keyAsString()).isEqualTo("k0");
      assertThat(headers(dead))
          .containsEntry("dlq_topic", "jobs")
          .containsEntry("dlq_offset", "0")
          .containsEntry("dlq_group", "workers")
          .containsEntry("dlq_attempts", "3")
          .containsEntry("dlq_reason", "attempts")
          .containsEntry("dlq_error", "try 2");
      assertThat(queue.poll(NOW)).isEmpty();
    }
  }

  @Test
  void aRejectedEventIsADeadLetterAtOnce() {
    produce(1);
    try (QueueConsumer queue = queue().deadLetterTopic("refused").build()) {
      QueuedEvent event = takeOne(queue);
      queue.reject(event, "no customer").join();
      ConsumedEvent dead = deadLetter("refused");
      assertThat(headers(dead))
          .containsEntry("dlq_reason", "rejected")
          .containsEntry("dlq_error", "no customer");
    }
  }

  @Test
  void discardedDeadLettersAreDone() {
    produce(1);
    try (QueueConsumer queue = queue().discardDeadLetters().build()) {
      assertThat(queue.settings().discardsDeadLetters()).isTrue();
      queue.reject(takeOne(queue), "nobody wants it").join();
      assertThat(queue.poll(NOW)).isEmpty();
      assertThat(broker.client().admin().listTopics())
          .extracting(TopicDescription::name)
          .doesNotContain("jobs.dead-letters");
    }
  }

  @Test
  void aReleasedEventComesAgainAndCountsNothing() {
    produce(1);
    try (QueueConsumer queue = queue().build()) {
      queue.release(takeOne(queue)).join();
      QueuedEvent again = takeOne(queue);
      assertThat(again.attempts()).isZero();
      queue.release(again, Duration.ofHours(1)).join();
      assertThat(queue.poll(NOW)).isEmpty();
      assertThat(waiting()).isEqualTo(1);
    }
  }

  private int waiting() {
    return details().partitions().stream().mapToInt(QueueDetails.Partition::waiting).sum();
  }

  @Test
  void anEventWhoseLockPassesComesAgain() {
    produce(1);
    try (QueueConsumer slow = queue().lockTime(SHORT_LOCK).build();
        QueueConsumer other = queue(second).build()) {
      QueuedEvent late = takeOne(slow);
      assertThat(late.lockedUntil()).isAfter(Instant.now().minus(SHORT_LOCK));
      QueuedEvent again = takeOne(other);
      assertThat(again.attempts()).isEqualTo(1);
      assertThat(failureOf(slow.accept(late))).isEqualTo(ErrorCode.LOCK_LOST);
      other.accept(again).join();
    }
  }

  @Test
  void aRenewalMovesTheEndOfTheLock() {
    produce(1);
    try (QueueConsumer queue = queue().lockTime(Duration.ofMinutes(5)).build()) {
      QueuedEvent event = takeOne(queue);
      Instant before = event.lockedUntil();
      queue.renew(event).join();
      assertThat(event.lockedUntil()).isAfter(before);
      queue.accept(event).join();
      assertThat(failureOf(queue.renew(event))).isEqualTo(ErrorCode.LOCK_LOST);
    }
  }

  @Test
  void closeGivesBackWhatIsNotSettled() {
    produce(3);
    QueueConsumer queue = queue().build();
    List<QueuedEvent> events = take(queue, 3);
    queue.accept(events.get(1));
    queue.close();
    assertThat(failureOf(queue.accept(events.get(0)))).isEqualTo(ErrorCode.CLOSED);
    try (QueueConsumer next = queue(second).build()) {
      List<QueuedEvent> again = take(next, 2);
      assertThat(again).extracting(QueuedEvent::attempts).containsOnly(0);
      assertThat(again)
          .extracting(QueuedEvent::valueAsString)
          .doesNotContain(events.get(1).valueAsString());
      assertThat(next.poll(NOW)).isEmpty();
    }
  }

  /** More settlements than the requests on their way may have. */
  @Test
  void closeSendsAllSettlementsFirst() {
    int events = 9_000;
    produce(events);
    List<CompletableFuture<Void>> accepted = new ArrayList<>();
    QueueConsumer queue = queue().maxPollEvents(events).build();
    List<QueuedEvent> taken = take(queue, events);
    // Every second one first: no two of them are one settlement.
    for (int from : new int[] {0, 1}) {
      for (int i = from; i < events; i += 2) {
        accepted.add(queue.accept(taken.get(i)));
      }
    }
    queue.close();
    CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
    try (QueueConsumer next = queue(second).build()) {
      assertThat(next.poll(NOW)).isEmpty();
    }
  }

  @Test
  void aHandlerThatRunsOnLosesOnlyItsOwnEvent() {
    produce(20);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    try (QueueConsumer queue = queue().drain(NOW).build()) {
      CompletableFuture<Throwable> processing =
          process(
              queue,
              1,
              event -> {
                begun.countDown();
                while (end.getCount() > 0) {
                  Thread.onSpinWait(); // ignores the interrupt
                }
              });
      await(begun);
      queue.wakeup();
      assertThat(processing.join()).isNull();
      List<QueuedEvent> others = take(queue, 19);
      assertThat(others).extracting(QueuedEvent::attempts).containsOnly(0);
      end.countDown();
    }
  }

  @Test
  void aBrokenConnectionLosesNoLock() {
    produce(20);
    try (QueueConsumer queue = queue().build()) {
      List<QueuedEvent> events = take(queue, 20);
      List<CompletableFuture<Void>> accepted = new ArrayList<>();
      events.subList(0, 10).forEach(event -> accepted.add(queue.accept(event)));
      broker.dropConnections();
      events.subList(10, 20).forEach(event -> accepted.add(queue.accept(event)));
      CompletableFuture.allOf(accepted.toArray(CompletableFuture[]::new)).join();
      assertThat(queue.poll(NOW)).isEmpty();
    }
  }

  @Test
  void whatIsAcceptedDoesNotComeAgainAfterACrash() {
    produce(20);
    try (QueueConsumer queue = queue().build()) {
      List<QueuedEvent> events = take(queue, 20);
      queue.fail(events.get(0), "before the crash").join();
      for (QueuedEvent event : events.subList(5, 20)) {
        queue.accept(event).join();
      }
      broker.crash();
      broker.restart();
      List<QueuedEvent> again = take(queue, 5);
      assertThat(again)
          .extracting(QueuedEvent::valueAsString)
          .containsExactlyInAnyOrderElementsOf(
              events.subList(0, 5).stream().map(QueuedEvent::valueAsString).toList());
      assertThat(again.stream().mapToInt(QueuedEvent::attempts).sum()).isEqualTo(1);
      assertThat(failureOf(queue.accept(events.get(1)))).isEqualTo(ErrorCode.LOCK_LOST);
      again.forEach(event -> queue.accept(event).join());
    }
  }

  @Test
  void processSettlesEachEvent() {
    produce(100);
    try (QueueConsumer queue = queue().maxAttempts(2).build()) {
      Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
      CountDownLatch done = new CountDownLatch(100);
      CompletableFuture<Throwable> end =
          process(
              queue,
              4,
              event -> {
                int number = Integer.parseInt(event.valueAsString());
                int call =
                    calls
                        .computeIfAbsent(event.valueAsString(), value -> new AtomicInteger())
                        .incrementAndGet();
                if (number == 3) {
                  done.countDown();
                  throw new EventRejectedException("three");
                } else if (number % 10 == 0 && call == 1) {
                  throw new IllegalStateException("first call");
                }
                done.countDown();
              });
      await(done);
      deadLetter("jobs.dead-letters");
      queue.wakeup();
      assertThat(end.join()).isNull();
      assertThat(calls).hasSize(100);
      assertThat(calls.get("3")).hasValue(1);
      assertThat(calls.get("10")).hasValue(2);
      assertThat(calls.get("11")).hasValue(1);
    }
    try (QueueConsumer queue = queue().build()) {
      assertThat(queue.poll(NOW)).as("all are settled").isEmpty();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void processRenewsTheLocksOfSlowHandlers() {
    produce(1);
    try (QueueConsumer queue = queue().lockTime(SHORT_LOCK).build()) {
      AtomicInteger calls = new AtomicInteger();
      CountDownLatch handled = new CountDownLatch(1);
      CompletableFuture<Throwable> end =
          process(
              queue,
              1,
              event -> {
                calls.incrementAndGet();
                Instant first = event.lockedUntil();
                long deadline = System.nanoTime() + LONG.toNanos();
                while (event.lockedUntil().isBefore(first.plus(SHORT_LOCK))
                    && System.nanoTime() - deadline < 0) {
                  Thread.onSpinWait();
                }
                handled.countDown();
              });
      await(handled);
      queue.wakeup();
      assertThat(end.join()).isNull();
      assertThat(calls).hasValue(1);
    }
    try (QueueConsumer queue = queue().build()) {
      assertThat(queue.poll(NOW)).isEmpty();
    }
  }

  @Test
  void processGivesBackWhatHasNotBegun() {
    produce(50);
    try (QueueConsumer queue = queue().build()) {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      AtomicInteger calls = new AtomicInteger();
      CompletableFuture<Throwable> end =
          process(
              queue,
              1,
              event -> {
                calls.incrementAndGet();
                begun.countDown();
                goOn.await();
              });
      await(begun);
      queue.wakeup();
      goOn.countDown();
      assertThat(end.join()).isNull();
      assertThat(calls).hasValue(1);
      List<QueuedEvent> others = take(queue, 49);
      assertThat(others).extracting(QueuedEvent::attempts).containsOnly(0);
    }
  }

  @Test
  void anErrorOfAHandlerEndsTheProcessing() {
    produce(3);
    try (QueueConsumer queue = queue().build()) {
      CompletableFuture<Throwable> end =
          process(
              queue,
              1,
              event -> {
                throw new AssertionError("says the test");
              });
      assertThat(end.join()).isInstanceOf(AssertionError.class).hasMessage("says the test");
      assertThat(take(queue, 3).stream().mapToInt(QueuedEvent::attempts).sum()).isEqualTo(1);
    }
  }

  @Test
  void eventsOfAKeyComeInOrder() {
    int events = 300;
    produce(events);
    Map<String, List<Integer>> byKey = new ConcurrentHashMap<>();
    CountDownLatch done = new CountDownLatch(events);
    Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    QueueHandler handler =
        event -> {
          if (event.event().offset() % 7 == 0 && failedOnce.add(event.valueAsString())) {
            throw new IllegalStateException("once");
          }
          byKey
              .computeIfAbsent(event.keyAsString(), key -> new CopyOnWriteArrayList<>())
              .add(Integer.valueOf(event.valueAsString()));
          done.countDown();
        };
    try (QueueConsumer one = queue().orderedByKey().build();
        QueueConsumer two = queue(second).build()) {
      CompletableFuture<Throwable> first = process(one, 3, handler);
      CompletableFuture<Throwable> other = process(two, 3, handler);
      await(done);
      one.wakeup();
      two.wakeup();
      assertThat(first.join()).isNull();
      assertThat(other.join()).isNull();
    }
    assertThat(byKey.values()).allSatisfy(values -> assertThat(values).isSorted());
    assertThat(byKey.values().stream().mapToInt(List::size).sum()).isEqualTo(events);
  }

  @Test
  void aDeletedTopicEndsTheConsumer() {
    produce(1);
    try (QueueConsumer queue = queue().build()) {
      takeOne(queue);
      broker.client().admin().deleteTopic("jobs");
      assertThatThrownBy(() -> take(queue, 1))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
    }
  }

  @Test
  void misuseIsRefused() {
    produce(1);
    try (QueueConsumer queue = queue().build()) {
      QueuedEvent event = takeOne(queue);
      queue.accept(event).join();
      assertThat(failureOf(queue.accept(event))).isEqualTo(ErrorCode.LOCK_LOST);
      produce(1);
      CompletableFuture<Throwable> closing = new CompletableFuture<>();
      CompletableFuture<Throwable> end =
          process(
              queue,
              1,
              next -> {
                try {
                  closeIn(queue);
                } catch (IllegalStateException e) {
                  closing.complete(e);
                }
                queue.wakeup();
              });
      assertThat(end.join()).isNull();
      assertThat(closing.join()).hasMessageContaining("wakeup()");
    }
    assertThatThrownBy(() -> broker.client().consumer("jobs").group("workers").build())
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INCONSISTENT_GROUP));
    try (GroupConsumer member = broker.client().consumer("jobs").group("members").build()) {
      assertThatThrownBy(() -> broker.client().queueConsumer("jobs", member.group()).build())
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INCONSISTENT_GROUP));
    }
    assertThatThrownBy(() -> broker.client().queueConsumer("absent", "workers").build())
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
    assertThatThrownBy(() -> queue().lockTime(Duration.ofMillis(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lockTime must be");
  }

  @Test
  void aClosedConsumerEndsItsPoll() {
    QueueConsumer queue = queue().build();
    CompletableFuture<Throwable> end = process(queue, 1, event -> {});
    queue.close();
    assertThat(end.join())
        .satisfiesAnyOf(
            failure -> assertThat(failure).isNull(),
            failure ->
                assertThat(((MillraceException) failure).code()).isEqualTo(ErrorCode.CLOSED));
    assertThatThrownBy(() -> queue.poll(NOW))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    queue.close();
  }

  @Test
  void aWakeUpEndsAPoll() {
    try (QueueConsumer queue = queue().build()) {
      queue.wakeup();
      assertThat(queue.poll(LONG)).isEmpty();
      produce(1);
      assertThat(take(queue, 1)).as("the poll that was ended took nothing").hasSize(1);
    }
  }
}
