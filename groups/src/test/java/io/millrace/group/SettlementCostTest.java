package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.millrace.group.queue.QueueOutcome;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What it costs to settle one event of a queue in which many others are done. */
class SettlementCostTest {

  private static final ConsumerSession SESSION = new ConsumerSession(new UUID(1, 1), 1);
  private static final int SETTLEMENTS = 50;

  private final TestGroups groups = TestGroups.withTopic("orders", 1);
  private final PartitionId orders = groups.partition("orders", 0);
  private long lock;

  /** All events but every second one are done, so that each of them is a range of its own. */
  private void begin(int events) {
    groups.openQueue("q", SESSION, orders);
    groups.feed("q", orders, events);
    Reply taken = groups.send(new Command.Take("q", SESSION, orders, events, 1 << 20));
    lock = ((Reply.Taken) taken).lock();
    for (int offset = 1; offset < events - 2 * SETTLEMENTS; offset += 2) {
      accept(offset);
    }
  }

  private void accept(long offset) {
    EventSettlement settlement =
        new EventSettlement(
            orders, lock, offset, offset, QueueOutcome.ACCEPT, EventSettlement.BACK_OFF, false, "");
    groups.send(new Command.Settle("q", SESSION, Command.Settle.NO_NUMBER, List.of(settlement)));
  }

  /** Bytes of heap that some settlements allocate. */
  private static long bytesOfSettlements(int events) {
    SettlementCostTest queue = new SettlementCostTest();
    queue.begin(events);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 1; i <= SETTLEMENTS; i++) {
      queue.accept(events - 2L * i);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void theCostDoesNotDependOnWhatIsDone() {
    long few = bytesOfSettlements(1_000);
    long many = bytesOfSettlements(6_000);

    assertThat(many).as("bytes allocated; %d with few done", few).isLessThan(2 * few);
  }
}
