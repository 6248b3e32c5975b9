package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A partition whose log was fenced opens it again by itself. */
@ParameterizedClass
@EnumSource(Engine.class)
class ReopeningTest {

  private final Engine.Disk disk;
  private final ManualOwner owner;
  private final TakeoverStorage storage;
  private final AtomicInteger reopenings = new AtomicInteger();
  private Broker broker;
  private Partition partition;

  /** The secret that batches are sent with. */
  private ProducerSecret secret = ProducerSecret.NONE;

  private LogId id;

  ReopeningTest(Engine engine) {
    disk = engine.disk();
    owner = new ManualOwner(disk::awaitIdle);
    storage = new TakeoverStorage(disk.create());
  }

  @BeforeEach
  void open() {
    broker = start(storage);
    partition =
        Await.result(broker.createTopic("rides", 1, Map.of("retentionBytes", "1000000")))
            .partitions()
            .get(0);
    id = partition.id();
  }

  private Broker start(TakeoverStorage on) {
    return Broker.open(
        TestBroker.SETTINGS,
        on,
        id -> owner,
        new TestClock(),
        (opened, total) -> {},
        new BrokerObserver() {
          @Override
          public void appended(int events, int bytes, long nanos) {}

          @Override
          public void forced(long nanos) {}

          @Override
          public void refused(BrokerException cause) {}

          @Override
          public void reopening() {
            reopenings.incrementAndGet();
          }
        });
  }

  @AfterEach
  void close() {
    storage.letConfirmations();
    owner.runAside(broker::close);
    assertThat(storage.openLogs()).as("logs left open").isZero();
    disk.close();
  }

  private Answer send(ByteBuffer batch) {
    Answer answer = new Answer();
    partition.append(batch, secret, AckLevel.SYNCED, answer);
    return answer;
  }

  private long append(String value) {
    return appended(send(Batches.of(value)));
  }

  private long appended(Answer answer) {
    owner.runUntil(answer::isDone);
    return answer.offset();
  }

  private Collector subscribe(SubscriptionStart start) {
    Collector collector = new Collector();
    SubscriptionSpec spec =
        new SubscriptionSpec(start, IsolationLevel.DURABLE, Long.MAX_VALUE, List.of());
    partition.subscribe(spec, collector).subscription().resume();
    owner.runAll();
    return collector;
  }

  /** Fences the log while an append waits, and waits until the append is refused. */
  private void fenceWhile(Answer waiting) {
    storage.fence(id);
    owner.runUntil(waiting::isDone);
    waiting.refusal(ErrorCode.FENCED);
  }

  private void awaitServing() {
    owner.runUntil(() -> partition.failure() == null);
  }

  /** Makes each opening wait until the latch is counted down. */
  private CountDownLatch holdOpenings() {
    CountDownLatch gate = new CountDownLatch(1);
    storage.beforeOpen = () -> Await.zero(gate);
    return gate;
  }

  private void fenceWithAnAppendInFlight() {
    storage.holdConfirmations();
    fenceWhile(send(Batches.of("in doubt")));
  }

  @Test
  void appendsInFlightAreRefusedAndLaterOnesAreStored() {
    append("a");
    storage.holdConfirmations();
    Answer first = send(Batches.of("b"));
    Answer second = send(Batches.of("c"));
    fenceWhile(first);
    second.refusal(ErrorCode.FENCED);
    assertThat(first.refusal(ErrorCode.FENCED)).hasMessageContaining("may or may not be stored");
    awaitServing();
    assertThat(append("d")).isEqualTo(3);
    assertThat(reopenings).hasValue(1);
  }

  @Test
  void aPartitionRefusesWithFencedUntilItsLogIsOpen() {
    append("a");
    CountDownLatch gate = holdOpenings();
    fenceWithAnAppendInFlight();
    send(Batches.of("b")).refusal(ErrorCode.FENCED);
    assertThat(partition.failure().code()).isEqualTo(ErrorCode.FENCED);
    assertThat(partition.failure()).hasMessageContaining("by itself");
    assertThat(partition.recovery().findings().get(0).text()).contains("not open");
    assertThat(partition.offsets().end()).isEqualTo(1);
    assertThat(partition.damage()).isEmpty();
    ExpectedRefusals.assertRefused(
        ErrorCode.FENCED, () -> subscribe(new SubscriptionStart.Earliest()));
    ExpectedRefusals.assertRefused(
        ErrorCode.FENCED, () -> Await.result(partition.read(0, 100, IsolationLevel.DURABLE)));
    gate.countDown();
    awaitServing();
    assertThat(partition.offsets().end()).isEqualTo(2);
  }

  @Test
  void anAppendThatTheLogRefusesOpensItAgain() {
    append("a");
    storage.fenceSilently(id);
    send(Batches.of("b")).refusal(ErrorCode.FENCED);
    awaitServing();
    assertThat(append("b")).isEqualTo(1);
  }

  @Test
  void aCheckpointThatTheLogRefusesOpensItAgain() {
    append("a");
    storage.fenceSilently(id);
    partition.retain();
    owner.runUntil(() -> reopenings.get() == 1);
    awaitServing();
    assertThat(append("b")).isEqualTo(1);
  }

  @Test
  void aProducerThatResendsIsStoredOnce() {
    IssuedProducer opened = Await.result(broker.producers().open());
    secret = opened.secret();
    long producer = opened.id();
    appended(send(Batches.ofProducer(producer, 0, 0, 2)));
    storage.holdConfirmations();
    fenceWhile(send(Batches.ofProducer(producer, 0, 2, 3)));
    awaitServing();
    assertThat(appended(send(Batches.ofProducer(producer, 0, 2, 3)))).isEqualTo(2);
    assertThat(appended(send(Batches.ofProducer(producer, 0, 5, 1)))).isEqualTo(5);
    assertThat(appended(send(Batches.ofProducer(producer, 0, 0, 2)))).isZero();
    assertThat(partition.offsets().end()).isEqualTo(6);
  }

  private NamedProducer openProducer() {
    CompletableFuture<NamedProducer> opening =
        broker.producers().open(broker.topic("rides").id(), "import");
    owner.runUntilDone(opening);
    return opening.join();
  }

  private Answer send(NamedProducer producer, long sequence) {
    secret = producer.secret();
    return send(Batches.ofProducer(producer.id(), producer.epoch(), sequence, 1));
  }

  @Test
  void aNamedProducerContinuesAndItsEarlierOpeningStaysRefused() {
    NamedProducer first = openProducer();
    appended(send(first, 10));
    NamedProducer second = openProducer();
    storage.holdConfirmations();
    fenceWhile(send(second, 20));
    awaitServing();
    send(first, 20).refusal(ErrorCode.STALE_PRODUCER_EPOCH);
    assertThat(appended(send(second, 20))).isEqualTo(1);
    assertThat(openProducer().lastSequences()).containsExactly(20L);
  }

  @Test
  void aSubscriptionContinuesAtItsCursor() {
    append("a");
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    awaitServing();
    append("b");
    owner.runUntil(() -> collector.values().size() == 3);
    assertThat(collector.values()).containsExactly("a", "in doubt", "b");
    assertThat(collector.end()).isNull();
  }

  @Test
  void aSubscriptionWhoseSliceIsBeingLoadedContinuesAtItsCursor() {
    append("a");
    append("b");
    CountDownLatch loads = new CountDownLatch(1);
    storage.beforeLoad = () -> Await.zero(loads);
    storage.coldFrom = 0;
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    storage.coldFrom = Long.MAX_VALUE;
    awaitServing();
    owner.runUntil(() -> collector.values().size() >= 2);
    loads.countDown();
    append("c");
    owner.runUntil(() -> collector.values().contains("c"));
    assertThat(collector.values()).containsExactly("a", "b", "in doubt", "c");
  }

  @Test
  void aSubscriptionThatIsClosedMeanwhileGetsNothing() {
    Collector collector = new Collector();
    Subscription subscription = subscribeFromEarliest(collector);
    CountDownLatch gate = holdOpenings();
    fenceWithAnAppendInFlight();
    subscription.addCredit(100);
    subscription.close();
    gate.countDown();
    awaitServing();
    append("b");
    owner.runAll();
    assertThat(collector.values()).isEmpty();
  }

  @Test
  void aSubscriptionWhoseRunIsQueuedWhenTheLogIsFencedContinues() {
    append("a");
    Collector collector = new Collector();
    Subscription subscription = subscribeFromEarliest(collector);
    owner.runUntil(() -> collector.values().size() == 1);
    owner.runAll(); // no run is queued
    CountDownLatch gate = holdOpenings();
    storage.fenceSilently(id);
    send(Batches.of("b")).refusal(ErrorCode.FENCED); // queues the suspension
    subscription.addCredit(1); // queues a run after it
    owner.runAll();
    assertThat(collector.end()).isNull();
    gate.countDown();
    awaitServing();
    append("c");
    owner.runUntil(() -> collector.values().size() == 2);
    assertThat(collector.values()).containsExactly("a", "c");
    assertThat(collector.end()).isNull();
  }

  @Test
  void aLateReportOfAnEarlierOpeningIsIgnored() {
    append("a");
    Runnable late = storage.lateReport(id);
    fenceWithAnAppendInFlight();
    awaitServing();
    late.run();
    owner.runAll();
    assertThat(partition.failure()).isNull();
    assertThat(append("b")).isEqualTo(2);
    assertThat(reopenings).hasValue(1);
  }

  @Test
  void aLogThatIsFencedWhileTheBrokerClosesIsNotOpenedAgain() {
    storage.holdConfirmations();
    Answer inDoubt = send(Batches.of("in doubt"));
    CompletableFuture<Void> closing = owner.startAside(broker::close);
    owner.runUntil(() -> send(Batches.of("late")).toString().contains("shutting down"));
    storage.fence(id);
    owner.finish(closing);
    inDoubt.refusal(ErrorCode.FENCED);
    assertThat(reopenings).hasValue(0);
    assertThat(storage.openLogs()).isZero();
  }

  @Test
  void aLogThatIsFencedAgainAndAgainIsOpenedAgain() {
    for (int i = 0; i < 4; i++) {
      fenceWithAnAppendInFlight();
      awaitServing();
    }
    assertThat(append("b")).isEqualTo(4);
    assertThat(reopenings).hasValue(4);
  }

  @Test
  void anOpeningThatFailsForAWhileIsRepeated() {
    storage.failingOpens.add(TakeoverStorage.fenced(id));
    storage.failingOpens.add(new StorageException(ErrorCode.DISK_FULL, "full, says the test"));
    storage.failingOpens.add(TakeoverStorage.fenced(id));
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    awaitServing();
    assertThat(storage.failingOpens).isEmpty();
    append("b");
    owner.runUntil(() -> collector.values().size() == 2);
    assertThat(collector.end()).isNull();
  }

  @Test
  void aDiskThatFailsInTheOpeningIsFinal() {
    storage.failingOpens.add(
        new StorageException(ErrorCode.STORAGE_FAILED, "broken, says the test"));
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    assertThat(partition.failure().code()).isEqualTo(ErrorCode.STORAGE_FAILED);
    send(Batches.of("b")).refusal(ErrorCode.STORAGE_FAILED);
  }

  @Test
  void aLogThatIsFencedAtTheStartIsServedWhenItOpens() {
    append("a");
    owner.runAside(broker::close);
    TakeoverStorage next = new TakeoverStorage(disk.reopen(storage.inner()));
    next.failingOpens.add(TakeoverStorage.fenced(id));
    next.failingOpens.add(TakeoverStorage.fenced(id));
    broker = start(next);
    Partition started = broker.topic("rides").partitions().get(0);
    assertThat(started.failure().code()).isEqualTo(ErrorCode.FENCED);
    owner.runUntil(() -> started.failure() == null);
    assertThat(started.offsets().durable()).isEqualTo(1);
  }

  @Test
  void aTopicIsDeletedWhileItsLogIsBeingOpened() {
    CountDownLatch gate = holdOpenings();
    fenceWithAnAppendInFlight();
    CompletableFuture<Void> deletion =
        owner.startAside(() -> Await.result(broker.deleteTopic("rides")));
    owner.runUntil(this::refusesAsDeleted);
    gate.countDown();
    owner.finish(deletion);
    assertThat(storage.openLogs()).isZero();
    assertThat(storage.list()).isEmpty();
  }

  private boolean refusesAsDeleted() {
    return send(Batches.of("late")).toString().contains("deleted");
  }

  @Test
  void aTopicIsDeletedWhileItsFencedLogIsBeingClosed() {
    CountDownLatch gate = new CountDownLatch(1);
    storage.beforeLogClose = () -> Await.zero(gate);
    fenceWithAnAppendInFlight();
    CompletableFuture<Void> deletion =
        owner.startAside(() -> Await.result(broker.deleteTopic("rides")));
    owner.runUntil(this::refusesAsDeleted);
    gate.countDown();
    owner.finish(deletion);
    assertThat(storage.list()).isEmpty();
  }

  @Test
  void aTopicIsDeletedWhileItWaitsForTheNextAttempt() {
    failOpenings(100);
    fenceWithAnAppendInFlight();
    owner.runUntil(() -> storage.failingOpens.size() < 98);
    owner.runAside(() -> Await.result(broker.deleteTopic("rides")));
    assertThat(storage.list()).isEmpty();
  }

  private void failOpenings(int count) {
    for (int i = 0; i < count; i++) {
      storage.failingOpens.add(TakeoverStorage.fenced(id));
    }
  }

  @Test
  void theBrokerClosesWhileALogIsBeingOpened() {
    CountDownLatch gate = holdOpenings();
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    CompletableFuture<Void> closing = owner.startAside(broker::close);
    owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    gate.countDown();
    owner.finish(closing);
    assertThat(storage.closed).isTrue();
    assertThat(storage.openLogs()).isZero();
  }

  @Test
  void theBrokerClosesWhileAPartitionWaitsForTheNextAttempt() {
    failOpenings(100);
    fenceWithAnAppendInFlight();
    owner.runUntil(() -> storage.failingOpens.size() < 98);
    owner.runAside(broker::close);
    assertThat(storage.closed).isTrue();
  }

  @Test
  void settingsThatChangeWhileTheLogIsBeingClosedAreUsed() {
    CountDownLatch gate = new CountDownLatch(1);
    storage.beforeLogClose = () -> Await.zero(gate);
    fenceWithAnAppendInFlight();
    Topic changed = alterSegmentBytes();
    gate.countDown();
    awaitServing();
    assertThat(storage.settingsOf(id)).isEqualTo(changed.settings().logSettings());
  }

  @Test
  void settingsThatChangeAfterTheOpeningHasBegunAreUsed() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    storage.beforeOpen =
        () -> {
          begun.countDown();
          owner.execute(() -> {});
          Await.zero(gate);
        };
    fenceWithAnAppendInFlight();
    owner.runUntil(() -> begun.getCount() == 0);
    Topic changed = alterSegmentBytes();
    gate.countDown();
    awaitServing();
    assertThat(storage.settingsOf(id)).isEqualTo(changed.settings().logSettings());
  }

  private Topic alterSegmentBytes() {
    return Await.result(broker.alterTopic("rides", Map.of("segmentBytes", "2097152")));
  }

  @Test
  void theLastOfSeveralChangesIsUsed() {
    Await.result(broker.alterTopic("rides", Map.of("segmentBytes", "1048576")));
    Topic changed = alterSegmentBytes();
    owner.runAll();
    assertThat(storage.settingsOf(id)).isEqualTo(changed.settings().logSettings());
  }

  /** The new log is served already when the next step fails. */
  @Test
  void aLogThatIsFencedWhileItIsTakenOverIsClosedAndOpenedAgain() {
    append("a");
    Collector collector = subscribe(new SubscriptionStart.Earliest());
    List<String> closedWhile = new CopyOnWriteArrayList<>();
    storage.beforeLogClose = () -> closedWhile.add(partition.failure() == null ? "served" : "off");
    fenceWithAnAppendInFlight();
    refuseTheFirstTaskAfter(() -> partition.failure() == null);
    owner.runUntil(() -> closedWhile.size() == 2);
    awaitServing();
    assertThat(closedWhile).containsExactly("off", "off");
    assertThat(append("b")).isEqualTo(2);
    owner.runUntil(() -> collector.values().size() == 3);
    assertThat(collector.values()).containsExactly("a", "in doubt", "b");
    assertThat(collector.end()).isNull();
  }

  @Test
  void aTopicIsDeletedWhileALogThatWasFencedWhenTakenOverIsBeingClosed() {
    append("a");
    subscribe(new SubscriptionStart.Earliest());
    fenceWithAnAppendInFlight();
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    refuseTheFirstTaskAfter(
        () -> {
          if (partition.failure() != null) {
            return false;
          }
          storage.beforeLogClose =
              () -> {
                closing.countDown();
                owner.execute(() -> {});
                Await.zero(gate);
              };
          return true;
        });
    owner.runUntil(() -> closing.getCount() == 0);
    CompletableFuture<Void> deletion =
        owner.startAside(() -> Await.result(broker.deleteTopic("rides")));
    owner.runUntil(this::refusesAsDeleted);
    gate.countDown();
    owner.finish(deletion);
    assertThat(storage.openLogs()).isZero();
    assertThat(storage.list()).isEmpty();
  }

  private void refuseTheFirstTaskAfter(BooleanSupplier condition) {
    owner.beforeExecute =
        () -> {
          if (owner.isOwnerThread() && condition.getAsBoolean()) {
            owner.beforeExecute = () -> {};
            throw TakeoverStorage.fenced(id);
          }
        };
  }

  private Subscription subscribeFromEarliest(Collector collector) {
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1 << 20, List.of());
    Subscription subscription = partition.subscribe(spec, collector).subscription();
    subscription.resume();
    return subscription;
  }

  /** The result of the first test belongs to a log that is closed. */
  @Test
  void aFilterThatWasTestingTestsAgain() {
    append("a");
    append("b");
    CountDownLatch gate = new CountDownLatch(1);
    owner.beforeExecute =
        () -> {
          if (Thread.currentThread().getName().startsWith("millrace-reader")) {
            Await.zero(gate);
          }
        };
    Collector collector = new Collector();
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(),
            IsolationLevel.DURABLE,
            Long.MAX_VALUE,
            List.of(),
            Optional.of(EventFilter.parse("value != 'in doubt'")));
    partition.subscribe(spec, collector).subscription().resume();
    owner.runAll();

    fenceWithAnAppendInFlight();
    awaitServing();
    assertThat(collector.deliveries()).as("while no result arrives").isEmpty();
    gate.countDown();
    storage.letConfirmations();
    append("c");

    owner.runUntil(() -> collector.values().contains("c"));
    assertThat(collector.values()).containsExactly("a", "b", "c");
  }
}
