package io.millrace.core;

import static io.millrace.core.QueueTester.LONG_MICROS;
import static io.millrace.core.QueueTester.SHORT_MICROS;
import static io.millrace.core.QueueTester.attempts;
import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.room;
import static io.millrace.core.QueueTester.values;
import static io.millrace.core.QueueTester.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.group.Command;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberSubscription;
import io.millrace.group.Reply;
import io.millrace.group.queue.QueueOrder;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** QueueOpenings: consumers take single events, and settle them. */
@ParameterizedClass
@EnumSource(Engine.class)
class QueueTest {

  private final TestBroker test;
  private final QueueTester queue;

  QueueTest(Engine engine) {
    test = new TestBroker(engine);
    queue = new QueueTester(test);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void assertRefused(CompletableFuture<?> future, ErrorCode code) {
    assertThatThrownBy(() -> queue.result(future))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void consumersShareTheEventsOfAPartition() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a", "b", "c", "d", "e"));
    OpenQueue first = queue.open("orders");
    OpenQueue second = queue.open("orders");
    TakenBatches ofFirst = queue.take(first, 2);
    TakenBatches ofSecond = queue.take(second, 10);
    assertThat(values(ofFirst)).containsExactly("a", "b");
    assertThat(values(ofSecond)).containsExactly("c", "d", "e");
    assertThat(ofFirst.lock()).isNotEqualTo(ofSecond.lock());
    assertThat(ofFirst.lockMicros()).isBetween(1L, LONG_MICROS);
    assertThat(queue.accept(first, ofFirst).error()).isEqualTo(ErrorCode.NONE);
    assertThat(queue.partition(0).start()).isEqualTo(2);
    assertThat(queue.partition(0).locked()).isEqualTo(3);
  }

  @Test
  void acceptedEventsNeverComeAgainAndTheOthersDo() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a", "b", "c"));
    test.appendSynced(orders, batch("d", "e"));
    OpenQueue consumer = queue.open("orders");
    queue.take(consumer, 1);
    TakenBatches bc = queue.take(consumer, 2);
    queue.accept(consumer, bc);
    test.kill();
    assertThat(values(queue.take(queue.open("orders"), 10))).containsExactly("a", "d", "e");
  }

  @Test
  void aTakeWaitsForAnEvent() {
    Partition orders = test.topic("orders");
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> take = consumer.take(room(10), LONG_MICROS);
    test.owner.runAll();
    assertThat(take).isNotDone();
    test.appendSynced(orders, batch("late"));
    assertThat(values(queue.result(take))).containsExactly("late");
  }

  @Test
  void eventsAreHandedOutWhenTheyAreDurable() {
    Partition orders = test.topic("orders");
    OpenQueue consumer = queue.open("orders");
    test.appendSynced(orders, batch("first"));
    queue.accept(consumer, queue.take(consumer, 1));
    test.storage.holdForces();
    test.append(orders, batch("a"), io.millrace.protocol.AckLevel.STORED);
    CompletableFuture<TakenBatches> take = consumer.take(room(10), LONG_MICROS);
    test.owner.runAll();
    assertThat(take).isNotDone();
    test.storage.letAllForces();
    assertThat(values(queue.result(take))).containsExactly("a");
  }

  @Test
  void aWaitEndsWithoutEvents() {
    test.topic("orders");
    OpenQueue consumer = queue.open("orders");
    TakenBatches none = queue.result(consumer.take(room(10), 20_000));
    assertThat(none.partition()).isEqualTo(TakenBatches.NOTHING);
    assertThat(none.events()).isEmpty();
  }

  @Test
  void partitionsAreTakenFromInTurn() {
    Topic topic = test.createTopic("orders", 3, Map.of());
    topic.partitions().forEach(partition -> test.appendSynced(partition, batch("a", "b")));
    OpenQueue consumer = queue.open("orders");
    List<Integer> partitions = new ArrayList<>();
    while (partitions.size() < 6) {
      partitions.add(queue.take(consumer, 1).partition());
    }
    assertThat(partitions).containsOnly(0, 1, 2);
    assertThat(partitions.subList(3, 6)).containsExactlyInAnyOrder(0, 1, 2);
  }

  @Test
  void aCompressedBatchIsHandedOutInParts() {
    Partition orders = test.topic("orders");
    String[] events = new String[1_000];
    for (int i = 0; i < events.length; i++) {
      events[i] = "key-" + i % 7 + "=value-" + i;
    }
    test.appendSynced(orders, batch(BatchCodec.ZSTD, events));
    OpenQueue consumer = queue.open("orders");
    List<String> values = new ArrayList<>();
    while (values.size() < events.length) {
      TakenBatches taken = queue.take(consumer, 300);
      values.addAll(values(taken));
      queue.accept(consumer, taken);
    }
    assertThat(values).startsWith("value-0", "value-1").hasSize(1_000).endsWith("value-999");
    assertThat(queue.partition(0).start()).isEqualTo(1_000);
  }

  @Test
  void aQueueLargerThanItsWindowIsTakenToItsEnd() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, Batches.atTimes(new long[25_000]));
    OpenQueue consumer = queue.open("orders");
    long taken = 0;
    while (taken < 25_000) {
      TakenBatches events = queue.take(consumer, 3_000);
      taken += events.events().size();
      queue.accept(consumer, events);
    }
    assertThat(queue.partition(0).start()).isEqualTo(25_000);
    test.restart();
    assertThat(queue.takeNow(queue.open("orders")).events()).isEmpty();
  }

  @Test
  void anEventLargerThanTheRoomIsTakenAlone() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("x".repeat(5_000), "y"));
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken =
        queue.result(consumer.take(new OpenQueue.Room(10, 1, () -> true), LONG_MICROS));
    assertThat(taken.events()).hasSize(1);
  }

  @Test
  void anEventWhoseLockPassesComesAgainAndThatCounts() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue slow = queue.open("orders", wish(SHORT_MICROS, 5));
    TakenBatches late = queue.take(slow, 1);
    assertThat(attempts(late)).containsExactly(0);
    TakenBatches again = queue.take(queue.open("orders", QueueWish.NONE), 1);
    assertThat(attempts(again)).containsExactly(1);
    assertThat(queue.accept(slow, late).error()).isEqualTo(ErrorCode.LOCK_LOST);
  }

  @Test
  void attemptsSurviveAKill() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue consumer = queue.open("orders");
    queue.settle(consumer, queue.take(consumer, 1), QueueOutcome.RELEASE, true);
    test.kill();
    assertThat(attempts(queue.take(queue.open("orders"), 1))).containsExactly(1);
  }

  @Test
  void aClosedConsumerGivesItsEventsBackUncounted() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue consumer = queue.open("orders");
    queue.take(consumer, 1);
    queue.result(consumer.close());
    assertThat(attempts(queue.take(queue.open("orders"), 1))).containsExactly(0);
    assertRefused(consumer.take(room(1), 0), ErrorCode.UNKNOWN_QUEUE);
    assertRefused(consumer.settle(-1, List.of()), ErrorCode.UNKNOWN_QUEUE);
  }

  @Test
  void aConsumerThatComesBackKeepsItsLocks() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a", "b"));
    UUID session = UUID.randomUUID();
    OpenQueue before = queue.open("orders", session, wish(LONG_MICROS, 5));
    TakenBatches a = queue.take(before, 1);
    assertThat(before.continued()).isFalse();
    before.away();
    OpenQueue after = queue.open("orders", session, QueueWish.NONE);
    assertThat(after.continued()).isTrue();
    assertThat(queue.accept(after, a).error()).isEqualTo(ErrorCode.NONE);
    assertThat(values(queue.take(after, 10))).containsExactly("b");
  }

  @Test
  void aConsumerThatStaysAwayLosesItsLocksAndThatCounts() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue lost = queue.open("orders");
    queue.take(lost, 1);
    OpenQueue other = queue.open("orders");
    lost.away();
    TakenBatches again = queue.take(other, 1);
    assertThat(attempts(again)).containsExactly(1);
  }

  @Test
  void aNewerConnectionOfAConsumerTakesOver() {
    test.topic("orders");
    UUID session = UUID.randomUUID();
    OpenQueue older = queue.open("orders", session, wish(LONG_MICROS, 5));
    CompletableFuture<TakenBatches> waiting = older.take(room(1), LONG_MICROS);
    OpenQueue newer = queue.open("orders", session, QueueWish.NONE);
    assertThat(newer.continued()).isTrue();
    assertRefused(waiting, ErrorCode.UNKNOWN_QUEUE);
    assertRefused(older.take(room(1), 0), ErrorCode.UNKNOWN_QUEUE);
    older.away();
    test.appendSynced(test.partition("orders"), batch("a"));
    assertThat(values(queue.take(newer, 1))).containsExactly("a");
  }

  @Test
  void aRefusedOpeningDoesNotEndTheConsumerThatIsOpen() {
    test.topic("orders");
    test.topic("others");
    UUID session = UUID.randomUUID();
    OpenQueue open = queue.open("orders", session, wish(LONG_MICROS, 5));
    CompletableFuture<TakenBatches> waiting = open.take(room(1), LONG_MICROS);
    assertRefused(queue.opening("others", session, QueueWish.NONE), ErrorCode.INVALID_REQUEST);
    assertRefused(
        queue.opening("orders", session, wish(LONG_MICROS, 5_000)), ErrorCode.INVALID_REQUEST);
    test.appendSynced(test.partition("orders"), batch("a"));
    TakenBatches taken = queue.result(waiting);
    assertThat(values(taken)).containsExactly("a");
    assertThat(queue.accept(open, taken).error()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aConsumerWhoseClientDoesNotReadGetsNothing() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    AtomicBoolean writable = new AtomicBoolean();
    OpenQueue full = queue.open("orders");
    CompletableFuture<TakenBatches> parked =
        full.take(new OpenQueue.Room(1, 1, writable::get), LONG_MICROS);
    OpenQueue other = queue.open("orders");
    TakenBatches taken = queue.take(other, 1);
    assertThat(values(taken)).containsExactly("a");
    queue.settle(other, taken, QueueOutcome.RELEASE, false);
    test.owner.runAll();
    assertThat(parked).isNotDone();
    writable.set(true);
    full.resume();
    assertThat(values(queue.result(parked))).containsExactly("a");
  }

  @Test
  void theEventsOfAKeyComeOneAfterTheOther() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("k=1", "l=1", "k=2", "1", "2", "l=2"));
    QueueWish byKey =
        new QueueWish(
            OptionalLong.of(LONG_MICROS),
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.of(QueueOrder.KEY));
    OpenQueue consumer = queue.open("orders", byKey);
    TakenBatches first = queue.take(consumer, 10);
    assertThat(first.events()).extracting(TakenEvent::offset).containsExactly(0L, 1L, 3L, 4L);
    assertThat(queue.takeNow(consumer).events()).isEmpty();
    queue.accept(consumer, first);
    assertThat(queue.take(consumer, 10).events())
        .extracting(TakenEvent::offset)
        .containsExactly(2L, 5L);
  }

  @Test
  void aDeletedTopicEndsTheTakesThatWait() {
    test.topic("orders");
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> take = consumer.take(room(1), LONG_MICROS);
    test.owner.runAll();
    test.deleteTopic("orders");
    assertRefused(take, ErrorCode.UNKNOWN_TOPIC);
    assertRefused(consumer.take(room(1), LONG_MICROS), ErrorCode.UNKNOWN_TOPIC);
    assertRefused(
        queue.opening("orders", UUID.randomUUID(), QueueWish.NONE), ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aPartitionThatIsAddedIsTakenFrom() {
    test.topic("orders");
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> take = consumer.take(room(1), LONG_MICROS);
    Topic grown = test.addPartitions("orders", 2);
    test.appendSynced(grown.partitions().get(1), batch("new"));
    TakenBatches taken = queue.result(take);
    assertThat(taken.partition()).isEqualTo(1);
    assertThat(values(taken)).containsExactly("new");
  }

  @Test
  void deletedEventsAreLostAndTheQueueGoesOn() {
    Partition orders = test.topic("orders");
    for (String event : List.of("a", "b", "c")) {
      test.appendSynced(orders, batch(event));
    }
    OpenQueue consumer = queue.open("orders");
    queue.accept(consumer, queue.take(consumer, 1));
    queue.result(consumer.close());
    queue.result(orders.deleteBefore(2));
    assertThat(values(queue.take(queue.open("orders"), 10))).containsExactly("c");
    assertThat(queue.partition(0).start()).isEqualTo(2);
  }

  @Test
  void eventsThatAreDeletedWhileTheyWaitAreLost() {
    Partition orders = test.topic("orders");
    for (String event : List.of("a", "b", "c")) {
      test.appendSynced(orders, batch(event));
    }
    OpenQueue consumer = queue.open("orders");
    queue.accept(consumer, queue.take(consumer, 1));
    queue.result(orders.deleteBefore(2));
    assertThat(values(queue.take(consumer, 10))).containsExactly("c");
  }

  @Test
  void aFullDiskRefusesASettlementAndTheEventComesAgain() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 1);
    CompletableFuture<TakenBatches> waiting = consumer.take(room(1), LONG_MICROS);
    test.owner.runAll();
    test.storage.failingAppend = new StorageException(ErrorCode.DISK_FULL, "full, says the test");
    assertRefused(
        consumer.settle(
            -1, List.of(QueueTester.settlement(consumer, taken, QueueOutcome.ACCEPT, false))),
        ErrorCode.DISK_FULL);
    test.storage.failingAppend = null;
    TakenBatches again = queue.result(waiting);
    assertThat(values(again)).containsExactly("a");
    assertThat(queue.accept(consumer, taken).error()).isEqualTo(ErrorCode.LOCK_LOST);
    assertThat(queue.accept(consumer, again).error()).isEqualTo(ErrorCode.NONE);
  }

  @Test
  void aStopRefusesTheTakesThatWait() {
    test.topic("orders");
    CompletableFuture<TakenBatches> take = queue.open("orders").take(room(1), LONG_MICROS);
    test.owner.runAll();
    test.restart();
    assertRefused(take, ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void aGroupWithMembersIsNoQueue() {
    test.topic("orders");
    Command.Join join =
        new Command.Join(
            QueueTester.GROUP,
            "m1",
            new MemberSettings("", "client", "host", 60_000_000, 0),
            MemberSubscription.of("orders"),
            Optional.empty());
    assertThat(queue.result(test.broker.groups().submit(join)))
        .isInstanceOf(Reply.Assignment.class);
    assertRefused(
        queue.opening("orders", UUID.randomUUID(), QueueWish.NONE), ErrorCode.INCONSISTENT_GROUP);
  }

  @Test
  void aRefusedOpeningLeavesNothing() {
    test.topic("orders");
    assertRefused(
        queue.opening("none", UUID.randomUUID(), QueueWish.NONE), ErrorCode.UNKNOWN_TOPIC);
    assertRefused(
        queue.opening("orders", UUID.randomUUID(), wish(1, 5)), ErrorCode.INVALID_REQUEST);
    assertThat(test.broker.topics()).extracting(Topic::name).containsExactly("orders");
  }

  @Test
  void manyConsumersWaitAndEachGetsAnEvent() {
    Partition orders = test.topic("orders");
    List<CompletableFuture<OpenQueue>> openings = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      openings.add(queue.opening("orders", UUID.randomUUID(), wish(LONG_MICROS, 5)));
    }
    List<CompletableFuture<TakenBatches>> takes = new ArrayList<>();
    for (CompletableFuture<OpenQueue> opening : openings) {
      takes.add(queue.result(opening).take(room(1), LONG_MICROS));
    }
    test.appendSynced(orders, Batches.atTimes(new long[1_000]));
    List<Long> offsets = new ArrayList<>();
    for (CompletableFuture<TakenBatches> take : takes) {
      offsets.add(queue.result(take).events().get(0).offset());
    }
    assertThat(offsets).isSorted().doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void listsAndDescribesAQueue() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a", "b", "c"));
    OpenQueue consumer = queue.open("orders");
    queue.take(consumer, 2);
    QueueDescription described = queue.describe().queue().orElseThrow();
    assertThat(described.queue().consumers()).hasSize(1);
    assertThat(described.queue().consumers().get(0).locked()).isEqualTo(2);
    assertThat(described.problems()).isEmpty();
    assertThat(queue.lag(0).events()).isEqualTo(3);
    assertThat(queue.result(test.broker.groups().list()).groups())
        .extracting(Reply.Summary::kind)
        .containsExactly(io.millrace.group.GroupType.SHARED);
  }
}
