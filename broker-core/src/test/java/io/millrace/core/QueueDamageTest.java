package io.millrace.core;

import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.Command;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.LagReason;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Damage in the log under an open queue is reported, and an operator can pass it. */
class QueueDamageTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final QueueTester queue = new QueueTester(test);
  private final Partition orders = test.topic("orders");
  private final AtomicInteger loads = new AtomicInteger();

  @BeforeEach
  void append() {
    for (String event : List.of("a", "b", "c", "d")) {
      test.appendSynced(orders, batch(event));
    }
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** The event at offset 1 is damaged: so many reads that begin at it or after it fail. */
  private void damage(int failingLoads) {
    test.storage.damage.add(new DamagedOffsets(1, 2, "says the test"));
    test.storage.beforeLoad =
        () -> {
          if (loads.incrementAndGet() <= failingLoads) {
            throw new StorageException(ErrorCode.CORRUPT_LOG, "wrong checksum, says the test");
          }
        };
    test.storage.coldFrom = 1;
  }

  private void repair() {
    test.storage.damage.clear();
    test.storage.beforeLoad = () -> {};
  }

  private void assertBlocked() {
    GroupLag lag = queue.lag(0);
    assertThat(lag.reason()).as(lag.text()).isEqualTo(LagReason.BLOCKED);
    assertThat(lag.text())
        .contains("the event at offset 1", "CORRUPT_LOG", "wrong checksum", "--to 2");
  }

  private void reset(long offset) {
    PartitionId partition = new PartitionId(test.broker.topic("orders").id(), 0);
    Command.Reset reset =
        new Command.Reset(
            QueueTester.GROUP, List.of(new Command.NewOffset(partition, offset)), false);
    assertThat(queue.result(test.broker.groups().submit(reset)))
        .isInstanceOf(Reply.Committed.class);
  }

  @Test
  void damageBeforeTheQueueHasLookedAtTheEventBlocksUntilAReset() {
    OpenQueue before = queue.open("orders");
    queue.accept(before, queue.take(before, 1));
    queue.result(before.close());
    damage(Integer.MAX_VALUE);
    OpenQueue consumer = queue.open("orders");
    while (queue.lag(0).reason() != LagReason.BLOCKED) {
      test.owner.runAll();
    }
    assertBlocked();

    queue.result(consumer.close());
    test.storage.beforeLoad = () -> {}; // what comes after the damage can be read
    reset(2);
    assertThat(values(queue.take(queue.open("orders"), 10))).containsExactly("c", "d");
    assertThat(queue.lag(0).reason()).isNotEqualTo(LagReason.BLOCKED);
  }

  @Test
  void damageAfterTheQueueHasLookedAtTheEventHoldsUpNoOther() {
    OpenQueue consumer = queue.open("orders");
    queue.awaitFed(0, 4);
    queue.accept(consumer, queue.take(consumer, 1));
    damage(1);
    assertThat(values(queue.take(consumer, 10))).containsExactly("c", "d");
    assertBlocked();
    assertThat(queue.machineView(0).attempts()).isZero();

    queue.result(consumer.close());
    repair();
    reset(1);
    assertThat(values(queue.take(queue.open("orders"), 10))).containsExactly("b", "c", "d");
    assertThat(queue.lag(0).reason()).isNotEqualTo(LagReason.BLOCKED);
  }

  /** The lock ends with the queue, and so nobody waits for what the read has met. */
  @Test
  void damageThatIsFoundAfterTheQueueWasClosedIsNotRemembered() {
    OpenQueue consumer = queue.open("orders");
    queue.awaitFed(0, 4);
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch mayFail = new CountDownLatch(1);
    test.storage.beforeLoad =
        () -> {
          reading.countDown();
          test.owner.execute(() -> {}); // it looks at the latch again
          Await.zero(mayFail);
          throw new StorageException(ErrorCode.CORRUPT_LOG, "wrong checksum, says the test");
        };
    test.storage.coldFrom = 0;
    CompletableFuture<TakenBatches> take = consumer.take(QueueTester.room(4), 60_000_000);
    test.owner.runUntil(() -> reading.getCount() == 0);
    CompletableFuture<Void> closed = consumer.close();
    queue.result(closed);
    mayFail.countDown();
    ExpectedRefusals.assertRefused(ErrorCode.UNKNOWN_QUEUE, () -> queue.result(take));
    repair();

    queue.open("orders");
    assertThat(queue.lag(0).reason()).isNotEqualTo(LagReason.BLOCKED);
  }
}
