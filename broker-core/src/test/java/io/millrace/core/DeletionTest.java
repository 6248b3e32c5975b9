package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A client deletes the events below an offset. */
@ParameterizedClass
@EnumSource(Engine.class)
class DeletionTest {

  private final TestBroker test;
  private Partition partition;

  DeletionTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private long deleteBefore(long offset) {
    return Await.result(partition.deleteBefore(offset));
  }

  private void assertCode(CompletableFuture<?> failing, ErrorCode code) {
    assertThatThrownBy(() -> failing.get(Await.LIMIT_SECONDS, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void theStartIsRaisedAndRemembered() {
    test.appendSynced(partition, Batches.atTimes(1, 2, 3));
    test.appendSynced(partition, Batches.atTimes(4, 5, 6));
    assertThat(deleteBefore(4)).isEqualTo(4);
    assertThat(partition.offsets().start()).isEqualTo(4);
    test.kill();
    partition = test.partition("rides");
    assertThat(partition.offsets().start()).isEqualTo(4);
    assertThat(deleteBefore(2)).as("below the start").isEqualTo(4);
  }

  @Test
  void anOffsetAboveTheDurableOneIsRefused() {
    test.appendSynced(partition, Batches.of("a"));
    assertThatThrownBy(() -> deleteBefore(2))
        .hasStackTraceContaining("partition 0 of topic 'rides'")
        .hasStackTraceContaining("[0, 1)")
        .hasStackTraceContaining("at most 1");
    CompletableFuture<Long> refused = partition.deleteBefore(2);
    assertCode(refused, ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(partition.offsets().start()).isZero();
  }

  /** The log knows that an fsync has ended, and readers do not see it yet. */
  @Test
  void anOffsetThatIsNotDurableForReadersIsRefused() {
    test.appendSynced(partition, Batches.of("a"));
    AtomicReference<CompletableFuture<Long>> refused = new AtomicReference<>();
    test.storage.forcedTo =
        durable -> {
          if (durable == 2) {
            refused.set(partition.deleteBefore(2));
            Await.result(refused.get().handle((start, refusal) -> start));
          }
          return durable;
        };
    test.appendSynced(partition, Batches.of("b"));
    assertCode(refused.get(), ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(partition.offsets().start()).isZero();
    assertThat(deleteBefore(2)).isEqualTo(2);
  }

  @Test
  void searchesAndListsDoNotFindDeletedEventsOfABatchThatStays() {
    test.appendSynced(partition, Batches.atTimes(10, 40, 20));
    test.appendSynced(partition, Batches.atTimes(5, 6));
    test.appendSynced(partition, Batches.atTimes(30, 50));
    deleteBefore(2);
    assertThat(Await.result(partition.offsetForTime(15, IsolationLevel.DURABLE))).isEqualTo(2);
    assertThat(Await.result(partition.offsetForTime(25, IsolationLevel.DURABLE)))
        .as("only a deleted event of the first batch is at 25 or later")
        .isEqualTo(5);
    assertThat(Await.result(partition.offsetForTime(60, IsolationLevel.DURABLE))).isEqualTo(7);
    assertThat(Await.result(TestBroker.sources(test.broker, partition, IsolationLevel.DURABLE)))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.count()).isEqualTo(5);
              assertThat(found.firstMicros()).isEqualTo(5);
              assertThat(found.lastMicros()).isEqualTo(50);
            });
  }

  @Test
  void everythingCanBeDeleted() {
    test.appendSynced(partition, Batches.atTimes(1, 2, 3));
    deleteBefore(3);
    assertThat(Await.result(partition.offsetForTime(0, IsolationLevel.DURABLE))).isEqualTo(3);
    assertThat(Await.result(TestBroker.sources(test.broker, partition, IsolationLevel.DURABLE)))
        .isEmpty();
    while (partition.sizeBytes() > 0) {
      test.retain(partition);
    }
    Collector collector = new Collector();
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    assertThat(test.appendSynced(partition, Batches.of("next")).offset()).isEqualTo(3);
    test.owner.runUntil(() -> !collector.values().isEmpty());
    assertThat(collector.values()).containsExactly("next");
  }

  @Test
  void theSpaceIsFreedThoughTheTopicKeepsEverything() {
    for (int i = 0; i < 60; i++) {
      test.append(partition, Batches.ofBytes(20_000), AckLevel.STORED);
    }
    test.appendSynced(partition, Batches.of("end"));
    long before = partition.sizeBytes();
    deleteBefore(partition.offsets().durable());
    Await.until(
        "space is freed without a look of the retention",
        () -> {
          test.owner.runAll();
          return partition.sizeBytes() < before;
        });
    test.restart();
    partition = test.partition("rides");
    while (partition.sizeBytes() > 0) {
      test.retain(partition);
    }
    assertThat(partition.offsets().start()).isEqualTo(partition.offsets().end());
  }

  @Test
  void aSubscriptionBelowTheNewStartEnds() {
    test.appendSynced(partition, Batches.ofBytes(PushSubscription.SLICE_BYTES));
    test.appendSynced(partition, Batches.ofBytes(PushSubscription.SLICE_BYTES));
    test.appendSynced(partition, Batches.of("end"));
    Collector behind = new Collector();
    Collector atStart = new Collector();
    Subscription slow =
        test.subscribe(
            partition, behind, new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1);
    test.owner.runUntil(() -> behind.deliveries().size() == 1);
    deleteBefore(2);
    slow.addCredit(1 << 20);
    test.owner.runUntil(() -> behind.end() != null);
    assertThat(behind.end().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(behind.end().getMessage()).contains("of partition 0 of topic '");
    assertThat(behind.offsets()).containsExactly(0L);
    test.subscribe(partition, atStart, new SubscriptionStart.Earliest());
    test.owner.runUntil(() -> atStart.offsets().equals(List.of(2L)));
  }

  @Test
  void anInternalTopicIsRefused() {
    Partition internal =
        Await.result(
                test.broker.createInternalTopic("__groups", 1, TestBroker.SETTINGS.topicDefaults()))
            .partitions()
            .get(0);
    assertCode(internal.deleteBefore(0), ErrorCode.INVALID_TOPIC_NAME);
  }

  @Test
  void aFailedLogDeletesNothing() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.failingAppend = new StorageException(ErrorCode.STORAGE_FAILED, "says the test");
    test.append(partition, Batches.of("b"), AckLevel.STORED);
    assertThat(partition.failure()).isNotNull();
    CompletableFuture<Long> refused = partition.deleteBefore(1);
    assertCode(refused, ErrorCode.STORAGE_FAILED);
  }

  @Test
  void aDeletionAfterTheCloseIsRefused() {
    test.appendSynced(partition, Batches.of("a"));
    test.stop();
    CompletableFuture<Long> refused = partition.deleteBefore(1);
    assertCode(refused, ErrorCode.SHUTTING_DOWN);
    test.openWatched();
  }
}
