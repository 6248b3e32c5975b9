package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupLimits;
import io.millrace.group.queue.QueueWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How many events queues have in memory. */
class QueueRoomTest {

  private static final long WAIT_MICROS = 60_000_000;

  private static final long LIMIT = 10_000L * QueueWindow.EVENT_BYTES;

  private final MemoryShare memory = new MemoryShare(LIMIT);
  private final QueueRoom room = new QueueRoom(memory);

  @Test
  void eachMayFillHalfOfWhatTheOthersLeave() {
    assertThat(room.eventsOfOne()).isEqualTo(3_125);
    memory.reserve(3_500L * QueueWindow.EVENT_BYTES);
    assertThat(room.eventsOfOne()).isEqualTo(1_375);
    memory.reserve(10_000L * QueueWindow.EVENT_BYTES);
    assertThat(room.eventsOfOne()).isEqualTo(QueueWindow.MIN_EVENTS);
    assertThat(new QueueRoom(new MemoryShare(1L << 40)).eventsOfOne())
        .isEqualTo(GroupLimits.QUEUE_EVENTS);
  }

  /** Nobody settles anything, and nothing is appended. */
  @Test
  void aQueueIsFedWhenMemoryIsFreeAgain() {
    try (TestBroker test = new TestBroker(Engine.MEMORY)) {
      QueueTester queue = new QueueTester(test);
      Partition orders = test.topic("orders");
      OpenQueue consumer = queue.open("orders");
      MemoryShare groups = test.broker.memory().share(MemoryBudget.Use.GROUPS);
      long others = groups.limit() * 4 / 5;
      groups.reserve(others);
      test.appendSynced(orders, Batches.atTimes(new long[500]));
      assertThat(queue.take(consumer, 1_000).events()).hasSize(QueueWindow.MIN_EVENTS);
      CompletableFuture<TakenBatches> waiting = consumer.take(QueueTester.room(1_000), WAIT_MICROS);
      test.owner.runAll();
      assertThat(waiting).isNotDone();
      groups.release(others);
      assertThat(queue.result(waiting).events()).isNotEmpty();
    }
  }

  /** Far more windows than the memory has room for, if each had a hundred events. */
  @Test
  void manyQueuesOfManyPartitionsAreTakenToTheirEnd() {
    long heapBytes = 64 << 20;
    try (TestBroker test = new TestBroker(Engine.MEMORY, TestBroker.limitedByMemory(heapBytes))) {
      Topic topic = test.createTopic("orders", 60, Map.of());
      topic.partitions().forEach(each -> test.appendSynced(each, Batches.atTimes(new long[300])));
      QueueTester queue = new QueueTester(test);
      List<OpenQueue> consumers = new ArrayList<>();
      for (String group : List.of("idle", "first", "second", "third")) {
        consumers.add(queue.openAs(group, "orders"));
      }
      for (OpenQueue consumer : consumers.subList(1, 4)) {
        long taken = 0;
        while (taken < 60 * 300) {
          TakenBatches events = queue.take(consumer, 100);
          taken += events.events().size();
          queue.accept(consumer, events);
        }
      }
    }
  }

  /** More events than the memory of groups has room for, in four partitions. */
  @Test
  void aQueueInASmallHeapIsTakenToItsEnd() {
    long heapBytes = 64 << 20;
    try (TestBroker test = new TestBroker(Engine.MEMORY, TestBroker.limitedByMemory(heapBytes))) {
      QueueTester queue = new QueueTester(test);
      Topic topic = test.createTopic("orders", 4, Map.of());
      topic.partitions().forEach(each -> test.appendSynced(each, Batches.atTimes(new long[9_000])));
      OpenQueue consumer = queue.open("orders");
      long taken = 0;
      while (taken < 36_000) {
        TakenBatches events = queue.take(consumer, 1_000);
        taken += events.events().size();
        queue.accept(consumer, events);
      }
      assertThat(queue.start(3)).isEqualTo(9_000);
    }
  }
}
