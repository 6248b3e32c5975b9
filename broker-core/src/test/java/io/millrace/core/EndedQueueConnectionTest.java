package io.millrace.core;

import static io.millrace.core.QueueTester.LONG_MICROS;
import static io.millrace.core.QueueTester.attempts;
import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.room;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection of a consumer ends while the events that were locked for it are read. */
class EndedQueueConnectionTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final QueueTester queue = new QueueTester(test);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void anEventTakenForAConnectionThatHasEndedIsGivenBackUncounted() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    OpenQueue gone = queue.open("orders");
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch mayRead = new CountDownLatch(1);
    queue.awaitFed(0, 1);
    test.storage.beforeLoad =
        () -> {
          reading.countDown();
          test.owner.execute(() -> {}); // wakes the owner, which has nothing else to do
          Await.zero(mayRead);
        };
    test.storage.coldFrom = 0;
    CompletableFuture<TakenBatches> take = gone.take(room(1), LONG_MICROS);
    test.owner.runUntil(() -> reading.getCount() == 0);
    gone.away();
    test.owner.runAll();
    mayRead.countDown();
    ExpectedRefusals.assertRefused(ErrorCode.UNKNOWN_QUEUE, () -> queue.result(take));
    assertThat(attempts(queue.take(queue.open("orders"), 1))).containsExactly(0);
  }
}
