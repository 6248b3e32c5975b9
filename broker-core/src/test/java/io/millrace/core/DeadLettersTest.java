package io.millrace.core;

import static io.millrace.core.QueueTester.LONG_MICROS;
import static io.millrace.core.QueueTester.batch;
import static io.millrace.core.QueueTester.room;
import static io.millrace.core.QueueTester.values;
import static io.millrace.core.QueueTester.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.group.Command;
import io.millrace.group.EventSettlement;
import io.millrace.group.PartitionId;
import io.millrace.group.queue.DeadLetterRule;
import io.millrace.group.queue.QueueOutcome;
import io.millrace.group.queue.QueueWish;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of events that are rejected, or have used up their attempts. */
@ParameterizedClass
@EnumSource(Engine.class)
class DeadLettersTest {

  private static final String LETTERS = "orders.dead-letters";

  private final TestBroker test;
  private final QueueTester queue;

  DeadLettersTest(Engine engine) {
    test = new TestBroker(engine);
    queue = new QueueTester(test);
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** An event of a partition. */
  private record Seen(
      String source, long time, String key, String value, Map<String, String> headers) {}

  private List<Seen> events(String topic) {
    List<Seen> events = new ArrayList<>();
    BatchReader reader = new BatchReader(1 << 24);
    for (Partition partition : test.broker.topic(topic).partitions()) {
      long next = partition.offsets().start();
      while (next < partition.offsets().durable()) {
        try (PartitionSlice slice = queue.result(partition.read(next, 1, IsolationLevel.DURABLE))) {
          ByteBuffer batches = slice.batches();
          reader.open(batches, batches.position());
          while (reader.next()) {
            events.add(seen(reader));
          }
          next = slice.nextOffset();
        }
      }
    }
    return events;
  }

  private static Seen seen(BatchReader reader) {
    Map<String, String> headers = new TreeMap<>();
    reader.headers().forEach(header -> headers.put(header.name(), text(header.value())));
    return new Seen(
        reader.source(),
        reader.eventTimeMicros(),
        reader.key() == null ? null : text(reader.key()),
        text(reader.value()),
        headers);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void awaitDone(long start) {
    while (queue.start(0) < start) {
      test.owner.runAll();
    }
  }

  @Test
  void aRejectedEventBecomesADeadLetterWithItsHeadersAndWhereItComesFrom() {
    Partition orders = test.topic("orders");
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    builder.add(
        "till".getBytes(StandardCharsets.UTF_8),
        7,
        "k".getBytes(StandardCharsets.UTF_8),
        "v".getBytes(StandardCharsets.UTF_8),
        List.of(
            new RecordHeader("own", "kept".getBytes(StandardCharsets.UTF_8)),
            new RecordHeader("dlq_topic", "a lie".getBytes(StandardCharsets.UTF_8))));
    test.appendSynced(
        orders, builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE));
    OpenQueue consumer = queue.open("orders");
    queue.settle(consumer, queue.take(consumer, 1), QueueOutcome.REJECT, false);
    awaitDone(1);
    Map<String, String> headers = new TreeMap<>();
    headers.put("own", "kept");
    headers.put("dlq_topic", "orders");
    headers.put("dlq_partition", "0");
    headers.put("dlq_offset", "0");
    headers.put("dlq_group", QueueTester.GROUP);
    headers.put("dlq_attempts", "0");
    headers.put("dlq_reason", "rejected");
    headers.put("dlq_error", "says the test");
    assertThat(events(LETTERS)).containsExactly(new Seen("till", 7, "k", "v", headers));
    assertThat(queue.takeNow(consumer).events()).isEmpty();
    assertThat(queue.partition(0).deadLetters()).isEqualTo(1);
  }

  private static RecordHeader header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeadLetterOfADeadLetterSaysWhereTheEventWasFirst() {
    Partition orders = test.topic("orders");
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    List<RecordHeader> once =
        List.of(
            header("dlq_topic", "first"),
            header("dlq_partition", "3"),
            header("dlq_offset", "4"),
            header("dlq_own", "kept"));
    List<RecordHeader> twice = new ArrayList<>(once);
    twice.add(header("dlq_first_topic", "earlier"));
    twice.add(header("dlq_first_partition", "5"));
    twice.add(header("dlq_first_offset", "6"));
    byte[] value = "v".getBytes(StandardCharsets.UTF_8);
    builder.add(value, 7, null, value, once);
    builder.add(value, 7, null, value, twice);
    test.appendSynced(
        orders, builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE));
    OpenQueue consumer = queue.open("orders");
    queue.settle(consumer, queue.take(consumer, 2), QueueOutcome.REJECT, false);
    awaitDone(2);
    List<Seen> letters = events(LETTERS);
    assertThat(letters)
        .allSatisfy(
            letter ->
                assertThat(letter.headers())
                    .hasSize(11)
                    .containsEntry("dlq_topic", "orders")
                    .containsEntry("dlq_own", "kept"));
    assertThat(letters)
        .extracting(letter -> letter.headers().get("dlq_first_topic"))
        .containsExactly("first", "earlier");
    assertThat(letters)
        .extracting(letter -> letter.headers().get("dlq_first_offset"))
        .containsExactly("4", "6");
  }

  @Test
  void anEventThatFailsTooOftenBecomesADeadLetter() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("bad", "good"));
    OpenQueue consumer = queue.open("orders", wish(LONG_MICROS, 2));
    for (int i = 0; i < 2; i++) {
      queue.settle(consumer, queue.take(consumer, 1), QueueOutcome.RELEASE, true);
    }
    TakenBatches good = queue.take(consumer, 1);
    assertThat(values(good)).containsExactly("good");
    queue.accept(consumer, good);
    awaitDone(2);
    assertThat(events(LETTERS))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.value()).isEqualTo("bad");
              assertThat(letter.headers())
                  .containsEntry("dlq_reason", "attempts")
                  .containsEntry("dlq_attempts", "2");
            });
  }

  @Test
  void aDiscardingQueueWritesNoDeadLetter() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    QueueWish discard =
        new QueueWish(
            java.util.OptionalLong.empty(),
            java.util.OptionalInt.empty(),
            java.util.OptionalLong.empty(),
            java.util.OptionalLong.empty(),
            Optional.of(DeadLetterRule.DISCARD),
            Optional.empty());
    OpenQueue consumer = queue.open("orders", discard);
    queue.settle(consumer, queue.take(consumer, 1), QueueOutcome.REJECT, false);
    awaitDone(1);
    assertThat(test.broker.topics()).extracting(Topic::name).containsExactly("__groups", "orders");
  }

  @Test
  void manyDeadLettersAreWrittenOnceEach() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, Batches.atTimes(new long[700]));
    OpenQueue consumer = queue.open("orders");
    TakenBatches all = queue.take(consumer, 1_000);
    assertThat(all.events()).hasSize(700);
    queue.settle(consumer, all, QueueOutcome.REJECT, false);
    awaitDone(700);
    assertThat(events(LETTERS))
        .extracting(letter -> letter.headers().get("dlq_offset"))
        .doesNotHaveDuplicates()
        .hasSize(700);
  }

  @Test
  void aDeadLetterThatCannotBeWrittenIsTriedAgainAndShown() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    Partition letters = test.topic(LETTERS);
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 1);
    test.storage.failingAppends.put(
        letters.id(), new StorageException(ErrorCode.DISK_FULL, "full, says the test"));
    queue.settle(consumer, taken, QueueOutcome.REJECT, false);
    while (queue.describe().queue().orElseThrow().problems().isEmpty()) {
      test.owner.runAll();
    }
    assertThat(queue.lag(0).reason()).isEqualTo(LagReason.BLOCKED);
    assertThat(queue.lag(0).text()).contains("1 dead letters").contains("full, says the test");
    test.storage.failingAppends.clear();
    awaitDone(1);
    assertThat(events(LETTERS)).extracting(Seen::value).containsExactly("a");
    assertThat(queue.describe().queue().orElseThrow().problems()).isEmpty();
  }

  /** The limit was lowered. */
  @Test
  void eventsThatAreTooLargeNowDoNotHoldUpTheOthers() {
    Partition orders = test.topic("orders");
    for (int i = 0; i < 70; i++) {
      test.appendSynced(orders, batch("x".repeat(10_000)));
    }
    test.appendSynced(orders, batch("a", "b", "c"));
    test.kill(TestBroker.withLimits(new BatchLimits(5_000, 2 << 20, 4 << 20)));
    OpenQueue consumer = queue.open("orders");
    for (int rejected = 0; rejected < 73; ) {
      TakenBatches taken = queue.take(consumer, 100);
      queue.settle(consumer, taken, QueueOutcome.REJECT, false);
      rejected += taken.events().size();
    }
    while (queue.describe().queue().orElseThrow().problems().isEmpty()
        || !queue.lag(0).text().contains("event 0 and 69 others")) {
      test.owner.runAll();
    }
    test.owner.runUntil(() -> test.partition(LETTERS).offsets().durable() == 3);
    assertThat(events(LETTERS)).extracting(Seen::value).containsExactly("a", "b", "c");
    assertThat(queue.lag(0).text())
        .contains("limits.maxEventBytes")
        .contains("with a higher limit");
    test.kill(TestBroker.SETTINGS);
    queue.open("orders");
    awaitDone(73);
    assertThat(events(LETTERS)).hasSize(73);
  }

  @Test
  void theDeadLettersOfADeletedTopicAreForgotten() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    Partition letters = test.topic(LETTERS);
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.take(consumer, 1);
    GroupShard shard =
        queue.result(test.broker.groups().shardFor(new Command.Describe(QueueTester.GROUP)));
    PartitionId id = new PartitionId(consumer.topicId(), 0);
    test.storage.failingAppends.put(
        letters.id(), new StorageException(ErrorCode.DISK_FULL, "full, says the test"));
    queue.settle(consumer, taken, QueueOutcome.REJECT, false);
    test.owner.runUntil(() -> !shard.queues().problem(QueueTester.GROUP, id).isEmpty());
    test.deleteTopic("orders");
    test.owner.runUntil(() -> shard.queues().problem(QueueTester.GROUP, id).isEmpty());
  }

  @Test
  void anEventThatIsRejectedBeforeAKillBecomesADeadLetterAfterIt() {
    Partition orders = test.topic("orders");
    test.appendSynced(orders, batch("a"));
    Partition letters = test.topic(LETTERS);
    test.storage.failingAppends.put(
        letters.id(), new StorageException(ErrorCode.DISK_FULL, "full, says the test"));
    OpenQueue consumer = queue.open("orders");
    queue.settle(consumer, queue.take(consumer, 1), QueueOutcome.REJECT, false);
    test.owner.runAll();
    test.kill();
    OpenQueue after = queue.open("orders");
    awaitDone(1);
    assertThat(events(LETTERS)).extracting(Seen::value).containsExactly("a");
    assertThat(queue.takeNow(after).events()).isEmpty();
  }

  @Test
  void anEventOfTheLargestSizeLosesHeadersNotItsValue() {
    Partition orders = test.topic("orders");
    int room = TestBroker.SETTINGS.limits().maxEventBytes() - 40;
    test.appendSynced(orders, batch("x".repeat(room)));
    OpenQueue consumer = queue.open("orders");
    queue.settle(
        consumer, queue.result(consumer.take(room(1), LONG_MICROS)), QueueOutcome.REJECT, false);
    awaitDone(1);
    assertThat(events(LETTERS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).hasSize(room))
        .satisfies(letter -> assertThat(letter.headers()).isEmpty());
  }

  @Test
  void anEventThatIsTooLargeForTheErrorKeepsTheOtherHeaders() {
    Partition orders = test.topic("orders");
    int room = TestBroker.SETTINGS.limits().maxEventBytes() - 200;
    test.appendSynced(orders, batch("x".repeat(room)));
    OpenQueue consumer = queue.open("orders");
    TakenBatches taken = queue.result(consumer.take(room(1), LONG_MICROS));
    EventSettlement rejection =
        new EventSettlement(
            new PartitionId(consumer.topicId(), 0),
            taken.lock(),
            0,
            0,
            QueueOutcome.REJECT,
            EventSettlement.BACK_OFF,
            false,
            "e".repeat(1_000));
    queue.result(consumer.settle(-1, List.of(rejection)));
    awaitDone(1);
    assertThat(events(LETTERS))
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.headers())
                    .containsEntry("dlq_offset", "0")
                    .doesNotContainKey("dlq_error"));
  }

  @Test
  void theTopicOfDeadLettersIsChecked() {
    test.topic("orders");
    for (String topic : List.of("orders", "__groups", "a b")) {
      QueueWish wish =
          new QueueWish(
              java.util.OptionalLong.empty(),
              java.util.OptionalInt.empty(),
              java.util.OptionalLong.empty(),
              java.util.OptionalLong.empty(),
              Optional.of(new DeadLetterRule(topic, false)),
              Optional.empty());
      assertThatThrownBy(() -> queue.result(queue.opening("orders", UUID.randomUUID(), wish)))
          .as(topic)
          .isInstanceOfSatisfying(
              BrokerException.class,
              e ->
                  assertThat(e.code())
                      .isIn(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_TOPIC_NAME));
    }
  }
}
