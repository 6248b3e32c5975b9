package io.millrace.core;

import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.values;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many queues of one broker: the memory of each is counted. */
class ManyQueuesTest {

  /** As many as a partition of a test broker has subscriptions. */
  private static final int QUEUES = 20;

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final QueueTester queue = new QueueTester(test);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void theMemoryOfQueuesIsCountedAndGivenBack() {
    test.appendSynced(test.topic("orders"), batch("a"));
    MemoryShare memory = test.broker.memory().share(MemoryBudget.Use.GROUPS);
    long before = memory.used();
    List<OpenQueue> open = new ArrayList<>();
    for (int i = 0; i < QUEUES; i++) {
      open.add(queue.openAs("queue-" + i, "orders"));
    }
    for (OpenQueue each : open) {
      assertThat(values(queue.take(each, 10))).containsExactly("a");
    }
    long bytes = memory.used() - before;
    System.out.printf("%d bytes counted for each queue%n", bytes / QUEUES);
    assertThat(bytes / QUEUES).isBetween(3_000L, 8_000L);

    open.forEach(each -> queue.result(each.close()));
    assertThat(memory.used() - before).isLessThan(bytes / 2);
  }
}
