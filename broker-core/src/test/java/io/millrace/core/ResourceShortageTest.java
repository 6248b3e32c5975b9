package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.StorageException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A storage that can open no more files refuses for a while, and nothing fails. */
class ResourceShortageTest {

  private static final StorageException SHORTAGE =
      new StorageException(ErrorCode.RESOURCES_EXHAUSTED, "too many files are open, says the test");

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private Partition partition;

  @BeforeEach
  void createTopic() {
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.storage.failingOpen = null;
    test.storage.failingAppend = null;
    test.storage.refusedForces.clear();
    test.close();
  }

  private Answer append(String value) {
    return test.append(partition, Batches.of(value), AckLevel.SYNCED);
  }

  @Test
  void aRefusedAppendDoesNotFailThePartition() {
    test.storage.failingAppend = SHORTAGE;
    append("a").refusal(ErrorCode.RESOURCES_EXHAUSTED);
    assertThat(partition.failure()).isNull();
    assertThat(partition.shortage().code()).isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);

    test.storage.failingAppend = null;
    test.appendSynced(partition, Batches.of("a"));

    assertThat(partition.shortage()).isNull();
  }

  @Test
  void anAppendWaitsUntilTheLogCanBeFsynced() {
    test.storage.refusedForces.add(partition.id());
    Answer answer = append("a");
    awaitForces(3);
    test.owner.runAll();
    assertThat(answer.isDone()).as(answer.toString()).isFalse();
    assertThat(partition.offsets().durable()).isZero();
    assertThat(partition.failure()).isNull();
    assertThat(partition.shortage().code()).isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);

    test.storage.refusedForces.clear();
    test.owner.runUntil(answer::isDone);

    assertThat(answer.offset()).isZero();
    assertThat(partition.shortage()).isNull();
  }

  private void awaitForces(int count) {
    for (int i = 0; i < count; i++) {
      test.storage.awaitForce();
    }
  }

  @Test
  void aCloseInTheShortageRefusesTheAppendsThatWait() {
    test.storage.refusedForces.add(partition.id());
    Answer answer = append("a");
    test.stop();
    answer.refusal(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void aSubscriptionReadsAgainUntilItsSegmentCanBeOpened() {
    test.appendSynced(partition, Batches.of("a"));
    test.appendSynced(partition, Batches.of("b"));
    AtomicInteger loads = new AtomicInteger();
    test.storage.coldFrom = 0;
    test.storage.beforeLoad =
        () -> {
          if (loads.incrementAndGet() <= 2) {
            throw SHORTAGE;
          }
        };
    Collector collector = new Collector();
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());

    test.owner.runUntil(() -> collector.values().size() == 2);

    assertThat(collector.values()).containsExactly("a", "b");
    assertThat(collector.end()).isNull();
    assertThat(loads).hasValueGreaterThan(2);
    test.owner.runUntil(() -> ColdReader.OPEN_SLICES.get() == 0);
  }

  @Test
  void aSubscriptionThatEndsInTheShortageStaysEnded() {
    test.appendSynced(partition, Batches.of("a"));
    AtomicInteger loads = new AtomicInteger();
    test.storage.coldFrom = 0;
    test.storage.beforeLoad =
        () -> {
          loads.incrementAndGet();
          throw SHORTAGE;
        };
    Collector collector = new Collector();
    Subscription subscription =
        test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.owner.runUntil(() -> loads.get() == 1 && ColdReader.OPEN_SLICES.get() == 0);
    test.owner.runNext(); // the failure of the load
    subscription.close();
    test.owner.runNext(); // the end of the delay
    test.owner.runAll();
    assertThat(loads).hasValue(1);
    assertThat(collector.deliveries()).isEmpty();
  }

  @Test
  void aReadIsRefused() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.coldFrom = 0;
    test.storage.beforeLoad =
        () -> {
          throw SHORTAGE;
        };
    Assertions.assertThatThrownBy(
            () -> Await.result(partition.read(0, 1000, IsolationLevel.DURABLE)))
        .hasMessageContaining("too many files");
  }

  @Test
  void aLogThatCannotBeOpenedAtTheStartIsOpenedLater() {
    test.appendSynced(partition, Batches.of("a"));
    test.restart(storage -> storage.failingOpen = SHORTAGE);
    partition = test.partition("rides");
    assertThat(partition.failure().code()).isEqualTo(ErrorCode.RESOURCES_EXHAUSTED);
    append("b").refusal(ErrorCode.RESOURCES_EXHAUSTED);

    test.storage.failingOpen = null;
    test.owner.runUntil(() -> partition.failure() == null);

    assertThat(test.appendSynced(partition, Batches.of("b")).offset()).isEqualTo(1);
  }

  @Test
  void aTopicWhoseLogsCannotBeOpenedIsRefusedAndLeavesNothing() {
    test.storage.failingOpen = SHORTAGE;
    test.owner.runAside(
        () ->
            Assertions.assertThatThrownBy(() -> test.createTopic("more", 3, Map.of()))
                .hasMessageContaining("too many files"));

    test.storage.failingOpen = null;

    assertThat(test.broker.topics()).hasSize(1);
    test.restart();
    assertThat(test.broker.topics()).hasSize(1);
    test.createTopic("more", 3, Map.of());
  }
}
