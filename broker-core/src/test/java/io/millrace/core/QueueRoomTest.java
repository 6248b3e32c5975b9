package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupLimits;
import io.millrace.group.queue.QueueWindow;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many events queues have in memory. */
class QueueRoomTest {

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
