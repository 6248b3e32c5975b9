package io.millrace.core;

import static io.millrace.core.QueueTester.LONG_MICROS;
import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.room;
import static io.millrace.core.QueueTester.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.group.Command;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The takes of a queue that wait, and what is left of them. */
class QueueTakesTest {

  private static final long HELD_MICROS = 50_000;
  private static final long WAIT_MICROS = 60_000_000;

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final QueueTester queue = new QueueTester(test);
  private final Partition orders = test.topic("orders");

  @AfterEach
  void close() {
    test.close();
  }

  private GroupShard shard() {
    return queue.result(test.broker.groups().shardFor(new Command.Describe(QueueTester.GROUP)));
  }

  private static void fillInbox(GroupShard shard) {
    AtomicBoolean full = new AtomicBoolean();
    while (!full.get()) {
      shard.submit(new GroupTask.OfState(machine -> {}, refusal -> full.set(true)));
    }
  }

  @Test
  void aClientThatTakesEventsAgainGetsThemAlsoWhileManyRequestsWait() {
    test.appendSynced(orders, batch("a"));
    AtomicBoolean writable = new AtomicBoolean();
    AtomicBoolean asked = new AtomicBoolean();
    BooleanSupplier takes =
        () -> {
          asked.set(true);
          return writable.get();
        };
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> parked =
        consumer.take(new OpenQueue.Room(1, 1, takes), WAIT_MICROS);
    GroupShard shard = shard();
    test.owner.runUntil(asked::get);
    test.owner.runAll();
    fillInbox(shard);
    writable.set(true);
    consumer.resume();
    assertThat(values(queue.result(parked))).containsExactly("a");
  }

  @Test
  void takesAreRefusedAlsoWhileManyRequestsWait() {
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> take = consumer.take(room(1), LONG_MICROS);
    GroupShard shard = shard();
    test.owner.runAll();
    fillInbox(shard);
    consumer.refuseTakes(new BrokerException(ErrorCode.INTERNAL, "says the test"));
    assertThatThrownBy(() -> queue.result(take)).hasMessageContaining("says the test");
  }

  @Test
  void takesThatHaveEndedLeaveNothing() {
    OpenQueue consumer = queue.open("orders");
    test.owner.runAll();
    ShardQueues queues = shard().queues();
    long before = queues.bytes();

    assertThat(queue.result(consumer.take(room(1), 1_000)).events()).isEmpty();
    assertThat(queues.bytes()).as("after the end of a wait").isEqualTo(before);

    CompletableFuture<TakenBatches> refused = consumer.take(room(1), LONG_MICROS);
    test.owner.runAll();
    assertThat(queues.bytes()).as("while one waits").isGreaterThan(before);
    consumer.refuseTakes(new BrokerException(ErrorCode.INTERNAL, "says the test"));
    test.owner.runUntil(refused::isDone);
    assertThat(queues.bytes()).as("after a refusal").isEqualTo(before);

    test.appendSynced(orders, batch("a"));
    queue.accept(consumer, queue.take(consumer, 1));
    test.owner.runAll();
    assertThat(queues.bytes()).as("after the last event").isEqualTo(before);
  }

  @Test
  void aClientIsToldHowLongItsEventsAreStillLocked() {
    test.appendSynced(orders, batch("a", "b"));
    OpenQueue consumer = queue.open("orders");
    TakenBatches first = queue.take(consumer, 1);
    test.storage.holdForces();
    CompletableFuture<?> accepted =
        consumer.settle(
            Command.Settle.NO_NUMBER,
            List.of(QueueTester.settlement(consumer, first, QueueOutcome.ACCEPT, false)));
    CompletableFuture<TakenBatches> second = consumer.take(room(1), LONG_MICROS);
    test.owner.runAll();
    assertThat(second).isNotDone();
    long heldFrom = System.nanoTime();
    while (System.nanoTime() - heldFrom < HELD_MICROS * 1_000) {
      Thread.onSpinWait();
    }
    test.storage.letAllForces();
    assertThat(queue.result(second).lockMicros()).isLessThanOrEqualTo(LONG_MICROS - HELD_MICROS);
    queue.result(accepted);
  }
}
