package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The deliveries of a subscription, and their moments. */
@ParameterizedClass
@EnumSource(Engine.class)
class SubscriptionTest {

  private static final long PLENTY = 1 << 24;

  private final TestBroker test;
  private final Partition partition;
  private final Collector collector = new Collector();

  SubscriptionTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void append(String... values) {
    for (String value : values) {
      test.appendSynced(partition, Batches.of(value));
    }
  }

  @Test
  void historyFlowsIntoLive() {
    append("a", "b");
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    assertThat(collector.values()).containsExactly("a", "b");
    append("c");
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a", "b", "c");
    assertThat(collector.offsets()).containsExactly(0L, 1L, 2L);
    assertThat(collector.lastDelivery().nextOffset()).isEqualTo(3);
    assertThat(collector.lastDelivery().visibleEnd()).isEqualTo(3);
  }

  @Test
  void nothingIsDeliveredBeforeTheFirstResume() {
    append("a");
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, PLENTY, List.of()),
                collector)
            .subscription();
    append("b");
    test.owner.runAll();
    assertThat(collector.deliveries()).isEmpty();
    subscription.resume();
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a", "b");
  }

  @Test
  void latestStartsBehindWhatIsVisible() {
    append("a");
    test.subscribe(partition, collector, new SubscriptionStart.Latest());
    append("b");
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("b");
  }

  @Test
  void anOffsetInsideABatchStartsWithThatBatch() {
    test.appendSynced(partition, Batches.atTimes(0, 0, 0));
    Partition.Subscribed subscribed =
        partition.subscribe(
            new SubscriptionSpec(
                new SubscriptionStart.Offset(2), IsolationLevel.DURABLE, PLENTY, List.of()),
            collector);
    assertThat(subscribed.startOffset()).isEqualTo(2);
    subscribed.subscription().resume();
    test.owner.runAll();
    assertThat(collector.offsets()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void anOffsetOutsideTheLogIsRefused() {
    append("a");
    assertThatThrownBy(() -> test.subscribe(partition, collector, new SubscriptionStart.Offset(2)))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE));
  }

  @Test
  void durableReadersNeverSeeWhatIsOnlyStored() {
    test.storage.holdForces();
    Collector latest = new Collector();
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.subscribe(
        partition, latest, new SubscriptionStart.Earliest(), IsolationLevel.LATEST, PLENTY);
    Answer answer = test.append(partition, Batches.of("a"), AckLevel.SYNCED);
    test.owner.runAll();
    Collector late = new Collector();
    test.subscribe(partition, late, new SubscriptionStart.Earliest());
    assertThat(latest.values()).containsExactly("a");
    assertThat(collector.values()).isEmpty();
    assertThat(late.deliveries()).isEmpty();
    test.storage.letForces(1);
    test.owner.runUntil(answer::isDone);
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a");
    assertThat(late.values()).containsExactly("a");
  }

  @Test
  void deliveryStopsWhenTheCreditIsSpentAndGoesOnWithMore() {
    for (int i = 0; i < 10; i++) {
      test.append(partition, Batches.ofBytes(1000), AckLevel.STORED);
    }
    append("last");
    Subscription subscription =
        test.subscribe(
            partition, collector, new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 2500);
    assertThat(collector.offsets()).containsExactly(0L, 1L, 2L);
    assertThat(collector.bytes()).isBetween(2500, 3500);
    subscription.addCredit(1000);
    test.owner.runAll();
    assertThat(collector.bytes()).isBetween(3500, 4500);
    subscription.addCredit(PLENTY);
    test.owner.runAll();
    assertThat(collector.offsets()).hasSize(11);
  }

  @Test
  void aSingleBatchMayOvershootTheCredit() {
    test.append(partition, Batches.ofBytes(50_000), AckLevel.STORED);
    append("b");
    Subscription subscription =
        test.subscribe(
            partition, collector, new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1);
    assertThat(collector.offsets()).containsExactly(0L);
    subscription.addCredit(collector.bytes() - 1);
    test.owner.runAll();
    assertThat(collector.offsets()).as("credit is back at zero").containsExactly(0L);
    subscription.addCredit(1);
    test.owner.runAll();
    assertThat(collector.offsets()).containsExactly(0L, 1L);
  }

  @Test
  void creditNeverAddsUpToMoreThanItsBound() {
    Subscription subscription =
        test.subscribe(
            partition,
            collector,
            new SubscriptionStart.Earliest(),
            IsolationLevel.DURABLE,
            Long.MAX_VALUE);
    subscription.addCredit(Long.MAX_VALUE);
    append("a");
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a");
  }

  @Test
  void creditBelowOneIsRefused() {
    Subscription subscription =
        test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    assertThatThrownBy(() -> subscription.addCredit(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credit of 0 bytes");
  }

  @Test
  void anUnwritableSinkIsLeftAloneUntilItResumes() {
    Subscription subscription =
        test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    collector.writable(false);
    append("a", "b");
    test.owner.runAll();
    assertThat(collector.deliveries()).isEmpty();
    collector.writable(true);
    subscription.resume();
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a", "b");
  }

  @Test
  void batchesWithoutTheSourceAreSkippedAndCostNoCredit() {
    for (int i = 0; i < 20; i++) {
      test.append(partition, Batches.of("gateway", 0, "no"), AckLevel.STORED);
      test.append(partition, Batches.of("vehicle-17", 0, "yes" + i), AckLevel.STORED);
    }
    append("end");
    subscribeTo("vehicle-17", 100_000);
    assertThat(collector.values()).hasSize(20).allMatch(value -> value.startsWith("yes"));
    assertThat(partition.counters().eventsOut()).isEqualTo(20);
    assertThat(partition.counters().bytesOut()).isEqualTo(collector.bytes());
  }

  @Test
  void aSubscriberLearnsHowFarTheFilterSkipped() {
    append("a", "b");
    subscribeTo("nobody", PLENTY);
    assertThat(collector.deliveries()).containsExactly(new Collector.Delivery(0, 0, 2, 2));
    append("c");
    test.owner.runAll();
    assertThat(collector.deliveries()).hasSize(2);
    assertThat(collector.lastDelivery()).isEqualTo(new Collector.Delivery(0, 0, 3, 3));
  }

  @Test
  void aLongSkipIsReported() {
    int batchBytes = 200_000;
    int batches = 3 * SubscriberOutput.SILENT_BYTES / batchBytes;
    for (int i = 0; i < batches; i++) {
      test.append(partition, Batches.ofBytes(batchBytes), AckLevel.STORED);
    }
    append("end");
    subscribeTo("nobody", PLENTY);
    assertThat(collector.deliveries()).hasSizeBetween(1, 4);
  }

  private void subscribeTo(String source, long credit) {
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, credit, List.of(source));
    partition.subscribe(spec, collector).subscription().resume();
    long end = partition.offsets().durable();
    test.owner.runUntil(
        () -> !collector.deliveries().isEmpty() && collector.lastDelivery().nextOffset() >= end);
  }

  @Test
  void aSourceThatCannotBeIsRefused() {
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1, List.of("x".repeat(256)));
    assertThatThrownBy(() -> partition.subscribe(spec, collector))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SOURCE));
  }

  @Test
  void oneSubscriberDoesNotHoldTheOwner() {
    for (int i = 0; i < 30; i++) {
      test.append(partition, Batches.ofBytes(200_000), AckLevel.STORED);
    }
    append("end");
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, PLENTY, List.of()),
                collector)
            .subscription();
    test.owner.runAll();
    subscription.resume();
    test.owner.runOne();
    assertThat(collector.bytes()).isLessThan(2 * PushSubscription.PUMP_BYTES);
    test.owner.runUntil(() -> collector.offsets().size() == 31);
    assertThat(collector.values()).endsWith("end");
  }

  @Test
  void coldBytesAreLoadedInTheBackgroundAndThenDelivered() {
    append("a", "b", "c");
    test.storage.coldFrom = 0;
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.owner.runUntil(() -> collector.values().size() == 3);
    assertThat(collector.values()).containsExactly("a", "b", "c");
    test.owner.runUntil(() -> ColdReader.OPEN_SLICES.get() == 0);
  }

  @Test
  void creditThatComesBeforeAColdSliceIsLoadedDoesNotPassItBy() {
    for (int i = 0; i < 2; i++) {
      test.appendSynced(partition, Batches.ofBytes(200_000));
    }
    test.storage.coldFrom = 1;
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, PLENTY, List.of()),
                collector)
            .subscription();
    collector.onDelivery(() -> subscription.addCredit(1));
    subscription.resume();
    test.owner.runUntil(() -> collector.offsets().size() == 2);
    assertThat(collector.offsets()).containsExactly(0L, 1L);
    assertThat(collector.deliveries())
        .extracting(Collector.Delivery::nextOffset)
        .containsExactly(1L, 2L);
  }

  @Test
  void aSliceThatIsLoadedForAClosedSubscriptionIsGivenBack() {
    append("a");
    test.storage.coldFrom = 0;
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, PLENTY, List.of()),
                collector)
            .subscription();
    test.owner.runAll();
    subscription.resume();
    test.owner.runOne();
    assertThat(ColdReader.OPEN_SLICES).hasValue(1);
    subscription.close();
    test.owner.runUntil(() -> ColdReader.OPEN_SLICES.get() == 0);
    assertThat(collector.deliveries()).isEmpty();
    assertThat(collector.end()).isNull();
  }

  @Test
  void aSubscriberThatRetentionOvertakesIsEnded() {
    test.alterTopic("rides", Map.of("retentionBytes", "1"));
    append("a");
    collector.writable(false);
    Subscription subscription =
        test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    for (int i = 0; i < 30; i++) {
      test.append(partition, Batches.ofBytes(20_000), AckLevel.STORED);
    }
    append("end");
    test.retain(partition);
    assertThat(partition.offsets().start()).isPositive();
    collector.writable(true);
    subscription.resume();
    test.owner.runAll();
    assertThat(collector.end().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(collector.deliveries()).isEmpty();
  }

  @Test
  void aClosedSubscriptionIsToldNothingMore() {
    Subscription subscription =
        test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    subscription.close();
    subscription.close();
    subscription.addCredit(1);
    append("a");
    test.owner.runAll();
    assertThat(collector.deliveries()).isEmpty();
    assertThat(collector.end()).isNull();
  }

  @Test
  void deletingTheTopicEndsItsSubscriptions() {
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.deleteTopic("rides");
    assertThat(collector.end().code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
    assertThatThrownBy(() -> test.subscribe(partition, collector, new SubscriptionStart.Earliest()))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC));
  }

  @Test
  void closingTheBrokerEndsSubscriptions() {
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.restart();
    assertThat(collector.end().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void aPartitionHasALimitOfSubscriptions() {
    for (int i = 0; i < TestBroker.SETTINGS.maxSubscriptionsPerPartition(); i++) {
      test.subscribe(partition, new Collector(), new SubscriptionStart.Earliest());
    }
    assertThatThrownBy(() -> test.subscribe(partition, collector, new SubscriptionStart.Earliest()))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.LIMIT_REACHED));
  }

  @Test
  void aSinkThatFailsLosesItsSubscriptionAndNobodyElse() {
    Collector other = new Collector();
    Collector broken = new Collector();
    test.subscribe(partition, broken, new SubscriptionStart.Earliest());
    test.subscribe(partition, other, new SubscriptionStart.Earliest());
    broken.breakDown();
    append("a");
    test.owner.runAll();
    assertThat(broken.end().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(other.values()).containsExactly("a");
  }

  @Test
  void anErrorInADeliveryEndsTheSubscriptionRatherThanLeavingAGap() {
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    collector.onDelivery(SubscriptionTest::runOutOfMemory);
    append("a");
    test.owner.runAll();
    append("b");
    test.owner.runAll();
    assertThat(collector.end().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(collector.values()).containsExactly("a");
  }

  private static void runOutOfMemory() {
    throw new OutOfMemoryError("says the test");
  }

  @Test
  void anErrorWhileASliceIsLoadedEndsTheSubscriptionAndGivesTheSliceBack() {
    append("a");
    test.storage.coldFrom = 0;
    test.storage.beforeLoad = SubscriptionTest::runOutOfMemory;
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(ColdReader.OPEN_SLICES).hasValue(0);
  }

  @Test
  void anErrorOfASinkThatIsToldTheEndDoesNotKeepItFromOthers() {
    Collector broken = new Collector();
    test.subscribe(partition, broken, new SubscriptionStart.Earliest());
    test.subscribe(partition, collector, new SubscriptionStart.Earliest());
    broken.onEnd(SubscriptionTest::runOutOfMemory);
    test.deleteTopic("rides");
    assertThat(collector.end().code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void methodsMayBeCalledOnOtherThreads() {
    append("a", "b");
    Subscription subscription =
        test.subscribe(
            partition, collector, new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1);
    assertThat(collector.values()).containsExactly("a");
    test.owner.runAside(() -> subscription.addCredit(1_000));
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a", "b");
    test.owner.runAside(subscription::close);
    test.owner.runAll();
    append("c");
    test.owner.runAll();
    assertThat(collector.values()).containsExactly("a", "b");
  }
}
