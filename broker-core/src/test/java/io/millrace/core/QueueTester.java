package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.EventSettlement;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueWish;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Opens queues of a {@link TestBroker}, takes and settles. */
final class QueueTester {

  static final String GROUP = "workers";

  /** A lock time that no test reaches. */
  static final long LONG_MICROS = 3_600_000_000L;

  /** The shortest lock time. */
  static final long SHORT_MICROS = 100_000;

  private static final int MANY_BYTES = 1 << 20;

  private final TestBroker test;

  QueueTester(TestBroker test) {
    this.test = test;
  }

  /** Settings with a lock time, and without a back-off. */
  static QueueWish wish(long lockMicros, int maxAttempts) {
    return new QueueWish(
        OptionalLong.of(lockMicros),
        OptionalInt.of(maxAttempts),
        OptionalLong.of(0),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  <T> T result(CompletableFuture<T> future) {
    test.owner.runUntilDone(future);
    T value = Await.result(future);
    if (value instanceof TakenBatches taken) {
      taken.memory().close();
    }
    return value;
  }

  OpenQueue open(String topic) {
    return open(topic, wish(LONG_MICROS, 5));
  }

  OpenQueue open(String topic, QueueWish wish) {
    return open(topic, UUID.randomUUID(), wish);
  }

  OpenQueue open(String topic, UUID session, QueueWish wish) {
    return result(opening(topic, session, wish));
  }

  /** Opens a queue of another group. */
  OpenQueue openAs(String group, String topic) {
    return result(
        test.broker
            .groups()
            .queues()
            .open(
                new QueueOpening(
                    group,
                    topic,
                    UUID.randomUUID(),
                    "client",
                    "host",
                    Command.OpenQueue.KEEP_ALL,
                    wish(LONG_MICROS, 5))));
  }

  CompletableFuture<OpenQueue> opening(String topic, UUID session, QueueWish wish) {
    return opening(topic, session, Command.OpenQueue.KEEP_ALL, wish);
  }

  CompletableFuture<OpenQueue> opening(String topic, UUID session, long lastLock, QueueWish wish) {
    return test.broker
        .groups()
        .queues()
        .open(new QueueOpening(GROUP, topic, session, "client", "host", lastLock, wish));
  }

  static OpenQueue.Room room(int maxEvents) {
    return new OpenQueue.Room(maxEvents, MANY_BYTES, () -> true);
  }

  /** Takes up to a number of events; waits for the first of them. */
  TakenBatches take(OpenQueue consumer, int maxEvents) {
    return result(consumer.take(room(maxEvents), LONG_MICROS));
  }

  /** Takes what there is now. */
  TakenBatches takeNow(OpenQueue consumer) {
    test.owner.runAll();
    return result(consumer.take(room(100), 0));
  }

  static EventSettlement settlement(
      OpenQueue consumer, TakenBatches taken, QueueOutcome outcome, boolean failed) {
    List<TakenEvent> events = taken.events();
    return new EventSettlement(
        new PartitionId(consumer.topicId(), taken.partition()),
        taken.lock(),
        events.get(0).offset(),
        events.get(events.size() - 1).offset(),
        outcome,
        EventSettlement.BACK_OFF,
        failed,
        outcome == QueueOutcome.ACCEPT ? "" : "says the test");
  }

  Reply.SettleOutcome settle(
      OpenQueue consumer, TakenBatches taken, QueueOutcome outcome, boolean failed) {
    return result(consumer.settle(-1, List.of(settlement(consumer, taken, outcome, failed))))
        .outcomes()
        .get(0);
  }

  Reply.SettleOutcome accept(OpenQueue consumer, TakenBatches taken) {
    return settle(consumer, taken, QueueOutcome.ACCEPT, false);
  }

  /** The values of the events in the batches, which must be those that are locked. */
  static List<String> values(TakenBatches taken) {
    BatchReader reader = new BatchReader(1 << 24);
    List<String> values = new ArrayList<>();
    List<Long> offsets = new ArrayList<>();
    for (ByteBuffer batch : taken.batches()) {
      reader.open(batch, batch.position());
      while (reader.next()) {
        offsets.add(reader.offset());
        values.add(new String(reader.value(), StandardCharsets.UTF_8));
      }
    }
    List<Long> locked = taken.events().stream().map(TakenEvent::offset).toList();
    if (!offsets.equals(locked)) {
      throw new AssertionError("the batches have " + offsets + ", locked are " + locked);
    }
    return values;
  }

  static List<Integer> attempts(TakenBatches taken) {
    return taken.events().stream().map(TakenEvent::attempts).toList();
  }

  /** A batch of events {@code key=value}, or values without a key. */
  static ByteBuffer batch(BatchCodec codec, String... events) {
    BatchBuilder builder = new BatchBuilder(2 << 20, codec);
    for (String event : events) {
      int at = event.indexOf('=');
      byte[] key = at < 0 ? null : bytes(event.substring(0, at));
      builder.add(bytes("s"), 7, key, bytes(event.substring(at + 1)), List.of());
    }
    return builder
        .finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static ByteBuffer batch(String... events) {
    return batch(BatchCodec.NONE, events);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  GroupDescription describe() {
    return result(test.broker.groups().describe(GROUP));
  }

  Reply.QueuePartitionView partition(int number) {
    return describe().queue().orElseThrow().queue().partitions().get(number);
  }

  /** The offset below which all events of a partition are done. */
  long start(int partition) {
    Reply reply = result(test.broker.groups().submit(new Command.Describe(GROUP)));
    return ((Reply.QueueDescription) reply).partitions().get(partition).start();
  }

  /** Waits until the queue has looked at the events below an offset. */
  void awaitFed(int partition, long next) {
    while (machineView(partition).next() < next) {
      test.owner.runAll();
    }
  }

  /** A partition as the state machine has it: nothing is read. */
  Reply.QueuePartitionView machineView(int partition) {
    Reply reply = result(test.broker.groups().submit(new Command.Describe(GROUP)));
    return ((Reply.QueueDescription) reply).partitions().get(partition);
  }

  GroupLag lag(int number) {
    return describe().lags().get(number);
  }
}
