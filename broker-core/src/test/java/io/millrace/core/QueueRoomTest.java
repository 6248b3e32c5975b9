package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupLimits;
import io.millrace.group.queue.QueueWindow;
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
    assertThat(room.eventsOfOne()).isEqualTo(3_750);
    memory.reserve(3_500L * QueueWindow.EVENT_BYTES);
    assertThat(room.eventsOfOne()).isEqualTo(2_000);
    memory.reserve(10_000L * QueueWindow.EVENT_BYTES);
    assertThat(room.eventsOfOne()).isEqualTo(QueueRoom.MIN_EVENTS);
    assertThat(new QueueRoom(new MemoryShare(1L << 40)).eventsOfOne())
        .isEqualTo(GroupLimits.QUEUE_EVENTS);
  }

  /** Nobody settles anything, and nothing is appended. */
  @Test
  void aQueueIsFedWhenMemoryIsFreeAgain() {
    try (TestBroker test = new TestBroker(Engine.MEMORY)) {
      QueueTester queue = new QueueTester(test);
      test.appendSynced(test.topic("orders"), Batches.atTimes(new long[500]));
      MemoryShare groups = test.broker.memory().share(MemoryBudget.Use.GROUPS);
      long others = groups.limit() * 4 / 5;
      groups.reserve(others);
      OpenQueue consumer = queue.open("orders");
      assertThat(queue.take(consumer, 1_000).events()).hasSize(QueueRoom.MIN_EVENTS);
      CompletableFuture<TakenBatches> waiting = consumer.take(QueueTester.room(1_000), WAIT_MICROS);
      test.owner.runAll();
      assertThat(waiting).isNotDone();
      groups.release(others);
      assertThat(queue.result(waiting).events()).isNotEmpty();
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
