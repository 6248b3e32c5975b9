package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a broker stops. */
@ParameterizedClass
@EnumSource(Engine.class)
class ClosingTest {

  private final TestBroker test;
  private final Partition partition;

  ClosingTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void whoWaitsForTheDiskIsAnsweredBeforeTheBrokerIsClosed() {
    test.storage.holdForces();
    Answer first = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.storage.awaitForce();
    Answer second = test.append(partition, Batches.of("b"), AckLevel.SYNCED);
    CompletableFuture<Void> closing = test.owner.startAside(test.broker::close);
    Answer late = new Answer();
    test.owner.runUntil(() -> refusedAppend(late));
    late.refusal(ErrorCode.SHUTTING_DOWN);
    assertThat(first.isDone()).isFalse();
    test.storage.letAllForces();
    test.owner.finish(closing);
    assertThat(first.offset()).isZero();
    assertThat(second.offset()).isEqualTo(1);
    assertThat(test.storage.closed).isTrue();
  }

  /** Appends until the partition refuses; keeps the refusal. */
  private boolean refusedAppend(Answer late) {
    partition.append(
        Batches.of("late"),
        ProducerSecret.NONE,
        AckLevel.NONE,
        new AppendCallback() {
          @Override
          public void appended(long baseOffset, long appendTimeMicros) {}

          @Override
          public void refused(BrokerException cause) {
            late.refused(cause);
          }
        });
    return late.isDone();
  }

  @Test
  void whatWasOnlyStoredIsDurableAfterAnOrderlyClose() {
    test.storage.holdForces();
    test.append(partition, Batches.of("a"), AckLevel.STORED);
    test.storage.letAllForces();
    test.restart();
    assertThat(test.partition("rides").offsets().durable()).isEqualTo(1);
    assertThat(test.partition("rides").recovery().clean()).isTrue();
  }

  @Test
  void whoWaitsForABrokenDiskIsRefused() {
    test.storage.failingForces.add(partition.id());
    test.storage.holdForces();
    Answer waiting = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    CompletableFuture<Void> closing = test.owner.startAside(test.broker::close);
    test.storage.letAllForces();
    test.owner.finish(closing);
    waiting.refusal(ErrorCode.STORAGE_FAILED);
    assertThat(test.storage.closed).isTrue();
  }

  /** A log may wait long for the disk when it is closed; its owner has other partitions. */
  @Test
  void logsAreNotClosedByTheirOwner() {
    Queue<Thread> closers = new ConcurrentLinkedQueue<>();
    test.storage.beforeLogClose = () -> closers.add(Thread.currentThread());
    test.topic("other");
    test.deleteTopic("other");
    assertThat(closers).hasSize(1);
    test.stop();
    assertThat(closers).hasSize(2).doesNotContain(Thread.currentThread());
  }

  @Test
  void aDeletionThatDidNotWaitForItsLogsIsWaitedForAndFinishedByTheNextStart() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    begun.thenRun(() -> test.owner.execute(() -> {}));
    CompletableFuture<Thread> changes = new CompletableFuture<>();
    test.storage.beforeSave = () -> changes.complete(Thread.currentThread());
    test.storage.beforeLogClose =
        () -> {
          begun.complete(null);
          gate.join();
        };
    CompletableFuture<Void> deletion = test.broker.deleteTopic("rides");
    test.owner.runUntil(begun::isDone);
    assertThat(changes.join().getName()).isEqualTo("millrace-topic-changes");
    changes.join().interrupt();
    Await.result(deletion);

    CompletableFuture<Void> closing = test.owner.startAside(test.broker::close);
    gate.complete(null);
    test.owner.finish(closing);

    assertThat(test.storage.closed).isTrue();
    test.restart();
    assertThat(test.storage.list()).isEmpty();
    assertThat(test.broker.topics()).isEmpty();
  }

  @Test
  void anOwnerCannotCloseTheBrokerThatWaitsForIt() {
    assertThat(catchThrowable(test.broker::close)).isInstanceOf(IllegalStateException.class);
    assertThat(test.appendSynced(partition, Batches.of("a")).offset()).isZero();
  }

  @Test
  void aTopicChangeThatRunsIsFinishedAndThoseThatWaitAreAnswered() {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> disk = new CompletableFuture<>();
    test.storage.afterOpen =
        () -> {
          begun.complete(null);
          disk.join();
        };
    CompletableFuture<Topic> running = test.broker.createTopic("running", 1, Map.of());
    CompletableFuture<Topic> waiting = test.broker.createTopic("waiting", 1, Map.of());
    Await.result(begun);
    CompletableFuture<Void> closing = test.owner.startAside(test.broker::close);
    disk.complete(null);
    test.owner.finish(closing);
    assertThat(running).isCompleted();
    assertThat(waiting).isDone();
    test.restart();
    assertThat(test.broker.topic("running").partitions()).hasSize(1);
  }

  @Test
  void aClosedBrokerRefusesEverything() {
    test.stop();
    assertRefused(
        ErrorCode.SHUTTING_DOWN, () -> Await.result(test.broker.lookUp(test.broker::topics)));
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> test.newProducerId());
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> test.createTopic("other", 1, Map.of()));
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> Await.result(test.broker.deleteTopic("rides")));
    assertRefused(ErrorCode.SHUTTING_DOWN, () -> test.alterTopic("rides", Map.of()));
    assertRefused(
        ErrorCode.SHUTTING_DOWN,
        () -> test.subscribe(partition, new Collector(), new SubscriptionStart.Earliest()));
    test.append(partition, Batches.of("a"), AckLevel.STORED).refusal(ErrorCode.SHUTTING_DOWN);
    assertThat(partition.offsetForTime(0, IsolationLevel.LATEST)).isCompletedExceptionally();
  }

  @Test
  void closingTwiceDoesNothingMore() {
    test.stop();
    test.storage.closed = false;
    test.broker.close();
    assertThat(test.storage.closed).isFalse();
  }

  @Test
  void aBrokerOverThreadsClosesByItself() {
    try (OwnerThreads owners = PartitionOwners.threads(2);
        Broker broker =
            Broker.open(
                TestBroker.SETTINGS,
                Engine.MEMORY.disk().create(),
                owners,
                test.clock,
                (opened, total) -> {},
                BrokerObserver.none())) {
      Topic topic = broker.createTopic("t", 4, Map.of()).join();
      for (Partition each : topic.partitions()) {
        CompletableFuture<Long> offset = new CompletableFuture<>();
        each.owner().execute(() -> append(each, offset));
        assertThat(offset.join()).isZero();
      }
    }
  }

  private static void append(Partition partition, CompletableFuture<Long> offset) {
    partition.append(
        Batches.of("a"),
        ProducerSecret.NONE,
        AckLevel.SYNCED,
        new AppendCallback() {
          @Override
          public void appended(long baseOffset, long appendTimeMicros) {
            offset.complete(baseOffset);
          }

          @Override
          public void refused(BrokerException cause) {
            offset.completeExceptionally(cause);
          }
        });
  }

  @Test
  void anOwnerThatHasEndedDoesNotKeepTheBrokerFromClosing() {
    OwnerThreads owners = PartitionOwners.threads(1);
    WatchedStorage storage = new WatchedStorage(Engine.MEMORY.disk().create());
    Broker broker =
        Broker.open(
            TestBroker.SETTINGS,
            storage,
            owners,
            test.clock,
            (opened, total) -> {},
            BrokerObserver.none());
    Partition orphan = broker.createTopic("t", 1, Map.of()).join().partitions().get(0);
    storage.holdForces();
    CompletableFuture<Long> waiting = new CompletableFuture<>();
    orphan.owner().execute(() -> append(orphan, waiting));
    storage.awaitForce();
    owners.close();
    storage.letAllForces();
    broker.close();
    assertThat(waiting).isCompletedWithValue(0L);
    assertThat(orphan.offsetForTime(0, IsolationLevel.LATEST)).isCompletedExceptionally();
  }
}
