package io.millrace.core;

import static io.millrace.core.QueueTester.LONG_MICROS;
import static io.millrace.core.QueueTester.attempts;
import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.room;
import static io.millrace.core.QueueTester.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.group.Command;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the events take that queues read: no more than was reserved. */
class QueueMemoryTest {

  private static final long EVENT_BYTES = 5_000;

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final QueueTester queue = new QueueTester(test);
  private final Partition orders = test.topic("orders");

  @AfterEach
  void close() {
    test.close();
  }

  private MemoryShare share(Use use) {
    return test.broker.memory().share(use);
  }

  private long reserved() {
    return share(Use.FILTERED_BATCHES).used() + share(Use.ANSWERS).used();
  }

  private void assertRefused(CompletableFuture<?> future, ErrorCode code) {
    assertThatThrownBy(() -> queue.result(future))
        .isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A batch of five events whose bytes are all in a header. */
  private static ByteBuffer headers() {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    RecordHeader header = new RecordHeader("h", new byte[(int) EVENT_BYTES]);
    for (int i = 0; i < 5; i++) {
      builder.add(bytes("s"), 7, null, bytes(""), List.of(header));
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  /** A batch of five events whose bytes are all in their sources. */
  private static ByteBuffer sources() {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    for (int i = 0; i < 5; i++) {
      builder.add(bytes("s".repeat(200) + i), 7, null, bytes(""), List.of());
    }
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  private static ByteBuffer compressed() {
    String event = "x".repeat((int) EVENT_BYTES);
    return batch(BatchCodec.ZSTD, event, event, event, event, event);
  }

  private int taken(ByteBuffer batch, long maxBytes) {
    test.appendSynced(orders, batch);
    OpenQueue.Room room = new OpenQueue.Room(10, maxBytes, () -> true);
    return queue.result(queue.open("orders").take(room, LONG_MICROS)).events().size();
  }

  @Test
  void headersCountInTheBytesOfATake() {
    assertThat(taken(headers(), 3 * EVENT_BYTES)).isEqualTo(2);
  }

  @Test
  void sourcesCountInTheBytesOfATake() {
    assertThat(taken(sources(), 1_000)).isBetween(2, 4);
  }

  @Test
  void eventsCountWithTheirBytesBeforeCompression() {
    assertThat(taken(compressed(), 3 * EVENT_BYTES)).isEqualTo(2);
  }

  /** Whole and filtered batches, compressed and not. */
  @Test
  void atMostOneEventMoreThanTheBoundIsCopied() {
    for (Function<QueueMemoryTest, ByteBuffer> made :
        List.<Function<QueueMemoryTest, ByteBuffer>>of(t -> headers(), t -> compressed())) {
      Partition partition = test.topic("t" + test.broker.topics().size());
      test.appendSynced(partition, made.apply(this));
      test.appendSynced(partition, made.apply(this));
      for (long[] offsets :
          List.of(new long[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, new long[] {1, 3, 4})) {
        assertThat(picked(partition, offsets, 1).events()).isEqualTo(1);
        assertThat(picked(partition, offsets, EVENT_BYTES + 100).events()).isEqualTo(2);
        assertThat(picked(partition, offsets, 1 << 20).events()).isEqualTo(offsets.length);
      }
    }
  }

  private EventPicker.Picked picked(Partition partition, long[] offsets, long maxBytes) {
    ReaderPool readers = new ReaderPool(Executors.newSingleThreadExecutor());
    try {
      QueueResources resources =
          new QueueResources(
              readers,
              new QueueScratches(1 << 22),
              new QueueRoom(share(Use.GROUPS)),
              QueueMemory.of(test.broker.memory()),
              TestBroker.SETTINGS.limits(),
              name -> new CompletableFuture<>());
      return queue.result(EventPicker.pick(partition, offsets, maxBytes, resources));
    } finally {
      readers.close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Use.class,
      names = {"FILTERED_BATCHES", "ANSWERS"})
  void aTakeWithoutMemoryWaitsLocksNothingAndIsServedWhenThereIsSome(Use use) {
    test.appendSynced(orders, batch("a", "b"));
    share(use).reserve(share(use).limit());
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> first = consumer.take(room(1), LONG_MICROS);
    CompletableFuture<TakenBatches> second = queue.open("orders").take(room(1), LONG_MICROS);
    test.owner.runAll();
    assertThat(queue.partition(0).locked()).isZero();
    assertThat(first).isNotDone();
    share(use).release(share(use).limit());
    assertThat(values(queue.result(first))).containsExactly("a");
    assertThat(values(queue.result(second))).containsExactly("b");
    assertThat(reserved()).isZero();
  }

  @Test
  void aWaitForMemoryEndsAtItsTime() {
    test.appendSynced(orders, batch("a"));
    share(Use.ANSWERS).reserve(share(Use.ANSWERS).limit());
    assertThat(queue.result(queue.open("orders").take(room(1), 50_000)).events()).isEmpty();
  }

  @Test
  void answersThatAreNotTakenHoldOthersBack() {
    share(Use.ANSWERS).reserve(share(Use.ANSWERS).limit() - 1);
    test.appendSynced(orders, batch("a", "b"));
    OpenQueue consumer = queue.open("orders");
    CompletableFuture<TakenBatches> first = consumer.take(room(1), LONG_MICROS);
    CompletableFuture<TakenBatches> second = consumer.take(room(1), LONG_MICROS);
    test.owner.runUntilDone(first);
    test.owner.runAll();
    assertThat(second).isNotDone();
    assertThat(queue.partition(0).locked()).isEqualTo(1);
    Await.result(first).memory().copiesAreFree();
    test.owner.runAll();
    assertThat(second).isNotDone();
    Await.result(first).memory().close();
    assertThat(values(queue.result(second))).containsExactly("b");
  }

  @Test
  void deadLettersAreWrittenWhenThereIsMemory() {
    test.appendSynced(orders, compressed());
    MemoryShare share = share(Use.FILTERED_BATCHES);
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 5);
    share.reserve(share.limit());
    queue.settle(consumer, taken, QueueOutcome.REJECT, false);
    test.owner.runAll();
    assertThat(queue.start(0)).isZero();
    share.release(share.limit());
    while (queue.start(0) < 5) {
      test.owner.runAll();
    }
    assertThat(queue.partition(0).deadLetters()).isEqualTo(5);
    assertThat(reserved()).isZero();
  }

  @Test
  void aDeadLetterThatIsRefusedGivesItsMemoryBack() {
    test.appendSynced(orders, batch("a"));
    Partition letters = test.topic("orders.dead-letters");
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 1);
    test.storage.failingAppends.put(
        letters.id(), new StorageException(ErrorCode.DISK_FULL, "full, says the test"));
    queue.settle(consumer, taken, QueueOutcome.REJECT, false);
    while (queue.describe().queue().orElseThrow().problems().isEmpty()) {
      test.owner.runAll();
    }
    assertThat(reserved()).isZero();
  }

  /** Compressed, they are small: as letters, they are not. */
  @Test
  void deadLettersTakeTheMemoryOfTheirEventsUntilTheyAreDurable() {
    Partition letters = test.topic("orders.dead-letters");
    test.appendSynced(orders, compressed());
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 5);
    test.storage.holdForces();
    consumer.settle(
        Command.Settle.NO_NUMBER,
        List.of(QueueTester.settlement(consumer, taken, QueueOutcome.REJECT, false)));
    test.owner.runUntil(() -> letters.offsets().stored() == 5);
    assertThat(reserved()).isBetween(5 * EVENT_BYTES, 20 * EVENT_BYTES);
    test.storage.letAllForces();
    while (queue.start(0) < 5) {
      test.owner.runAll();
    }
    assertThat(reserved()).isZero();
  }

  @Test
  void aStopRefusesATakeThatWaitsForMemory() {
    test.appendSynced(orders, batch("a"));
    share(Use.ANSWERS).reserve(share(Use.ANSWERS).limit());
    CompletableFuture<TakenBatches> take = queue.open("orders").take(room(1), LONG_MICROS);
    test.owner.runAll();
    test.restart();
    assertRefused(take, ErrorCode.SHUTTING_DOWN);
  }

  @Test
  void eventsForAConnectionThatHasEndedGiveTheirMemoryBack() {
    test.appendSynced(orders, batch("a"));
    OpenQueue gone = queue.open("orders");
    CompletableFuture<TakenBatches> take = gone.take(room(1), LONG_MICROS);
    gone.away();
    test.owner.runUntil(take::isDone);
    assertThat(attempts(queue.take(queue.open("orders"), 1))).containsExactly(0);
    assertThat(reserved()).isZero();
  }
}
