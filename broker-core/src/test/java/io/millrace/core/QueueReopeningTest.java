package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.Reply;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueWish;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Logs are opened again while a queue is used. */
@ParameterizedClass
@EnumSource(Engine.class)
class QueueReopeningTest {

  private final Engine.Disk disk;
  private final ManualOwner owner;
  private final TakeoverStorage storage;
  private final Broker broker;
  private final Partition orders;
  private final OpenQueue consumer;

  QueueReopeningTest(Engine engine) {
    disk = engine.disk();
    owner = new ManualOwner(disk::awaitIdle);
    storage = new TakeoverStorage(disk.create());
    broker = TestBroker.open(storage, owner);
    orders = Await.result(broker.createTopic("orders", 1, Map.of())).partitions().get(0);
    append("a", "b");
    consumer =
        result(
            broker
                .groups()
                .queues()
                .open(
                    new QueueOpening(
                        "workers",
                        "orders",
                        UUID.randomUUID(),
                        "client",
                        "host",
                        -1,
                        QueueWish.NONE)));
  }

  @AfterEach
  void close() {
    storage.letConfirmations();
    owner.runAside(broker::close);
    disk.close();
  }

  private void append(String... values) {
    Answer stored = new Answer();
    orders.append(QueueTester.batch(values), ProducerSecret.NONE, AckLevel.SYNCED, stored);
    owner.runUntil(stored::isDone);
    stored.offset();
  }

  private <T> T result(CompletableFuture<T> future) {
    owner.runUntilDone(future);
    return Await.result(future);
  }

  private TakenBatches take(int events) {
    return result(consumer.take(QueueTester.room(events), QueueTester.LONG_MICROS));
  }

  /** Repeats a take as a client does, until it is not refused with a retriable code. */
  private TakenBatches takeUntilServed() {
    while (true) {
      CompletableFuture<TakenBatches> taken =
          consumer.take(QueueTester.room(10), QueueTester.LONG_MICROS);
      owner.runUntilDone(taken);
      if (!taken.isCompletedExceptionally()) {
        return taken.join();
      }
      ExpectedRefusals.assertRefused(ErrorCode.FENCED, () -> Await.result(taken));
    }
  }

  private CompletableFuture<Reply.Settled> accept(TakenBatches taken) {
    return consumer.settle(
        -1, List.of(QueueTester.settlement(consumer, taken, QueueOutcome.ACCEPT, false)));
  }

  @Test
  void theLocksAreLostAndTheConsumerGoesOn() {
    TakenBatches before = take(1);
    CompletableFuture<TakenBatches> waiting =
        consumer.take(QueueTester.room(10), QueueTester.LONG_MICROS);
    assertThat(QueueTester.values(result(waiting))).containsExactly("b");
    Partition log = broker.topic("__groups").partitions().get(GroupCoordinator.shardOf("workers"));
    Object opening = log.opening();
    storage.fence(log.id());
    CompletableFuture<Reply.Settled> refused = accept(before);
    owner.runUntil(() -> log.opening() != opening && log.failure() == null);
    owner.runUntilDone(refused);
    TakenBatches again = takeUntilServed();
    assertThat(QueueTester.values(again)).containsExactly("a", "b");
    assertThat(again.lock()).isNotEqualTo(before.lock());
    assertThat(result(accept(again)).outcomes().get(0).error()).isEqualTo(ErrorCode.NONE);
    append("c");
    assertThat(QueueTester.values(take(10))).containsExactly("c");
  }

  @Test
  void theTopicIsOpenedAgainAndTheQueueGoesOn() {
    result(accept(take(10)));
    Object opening = orders.opening();
    storage.fence(orders.id());
    Answer refused = new Answer();
    orders.append(QueueTester.batch("x"), ProducerSecret.NONE, AckLevel.SYNCED, refused);
    owner.runUntil(() -> orders.opening() != opening && orders.failure() == null);
    append("c");
    TakenBatches taken = take(10);
    assertThat(QueueTester.values(taken)).contains("c").doesNotContain("a", "b");
  }
}
