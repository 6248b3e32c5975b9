package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Subscriptions whose events are tested by the broker. */
@ParameterizedClass
@EnumSource(Engine.class)
class FilteredSubscriptionTest {

  private static final long PLENTY = 1 << 28;

  private final TestBroker test;
  private final Collector collector = new Collector();
  private final List<TestEvent> events = new ArrayList<>();
  private Partition partition;

  FilteredSubscriptionTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    WatchedStorage storage = test.storage;
    test.stop();
    test.owner.runAll();
    assertThat(storage.openLeases).as("readers and slices left open").hasValue(0);
    assertThat(test.broker.memory().share(Use.FILTERED_BATCHES).used()).isZero();
    test.close();
  }

  /** An event that was appended. */
  private record TestEvent(
      long offset, String source, long timestamp, String key, String header, int delta) {

    String value() {
      return "{\"user\":\"u" + delta % 7 + "\",\"delta\":" + delta + "}";
    }

    boolean addTo(BatchBuilder batch) {
      return batch.add(
          bytes(source),
          timestamp,
          bytes(key),
          bytes(value()),
          header == null ? List.of() : List.of(new RecordHeader("h", bytes(header))));
    }

    private static byte[] bytes(String text) {
      return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Filters, and the same conditions in Java. */
  private static final Map<String, Predicate<TestEvent>> FILTERS =
      Map.ofEntries(
          Map.entry("true", event -> true),
          Map.entry("false", event -> false),
          Map.entry("source == 's1'", event -> event.source.equals("s1")),
          Map.entry(
              "source in ['s1', 's2'] && json.delta > 50",
              event -> event.source.matches("s[12]") && event.delta > 50),
          Map.entry("source == 'none'", event -> false),
          Map.entry("json.delta < 3", event -> event.delta < 3),
          Map.entry("json.user == 'u3'", event -> event.delta % 7 == 3),
          Map.entry(
              "key startsWith 'k1'", event -> event.key != null && event.key.startsWith("k1")),
          Map.entry("key == null", event -> event.key == null),
          Map.entry("headers['h'] == 'x'", event -> "x".equals(event.header)),
          Map.entry("timestamp >= 500", event -> event.timestamp >= 500),
          Map.entry("timestamp < 20", event -> event.timestamp < 20),
          Map.entry("offset >= 100 && offset < 150", event -> event.offset / 50 == 2),
          Map.entry("size > 24", event -> event.value().length() > 24),
          Map.entry("partition == 0", event -> true),
          Map.entry("partition == 1", event -> false),
          Map.entry("value matches 'u[12]'", event -> event.value().matches(".*u[12].*")));

  private TestEvent randomEvent(Random random) {
    return new TestEvent(
        events.size(),
        "s" + random.nextInt(4),
        events.size() + random.nextInt(100),
        random.nextBoolean() ? null : "k" + random.nextInt(30),
        random.nextInt(3) == 0 ? "x" : null,
        random.nextInt(100));
  }

  /** Batches of 1 to 200 events with any codec; some of one source. */
  private void appendRandom(Random random, int count) {
    int end = events.size() + count;
    while (events.size() < end) {
      BatchCodec codec = BatchCodec.values()[random.nextInt(BatchCodec.values().length)];
      BatchBuilder batch = new BatchBuilder(1 << 20, codec);
      int size = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
      String only = random.nextInt(3) == 0 ? "s" + random.nextInt(4) : null;
      for (int i = 0; i < size; i++) {
        TestEvent event = randomEvent(random);
        if (only != null) {
          event =
              new TestEvent(
                  event.offset, only, event.timestamp, event.key, event.header, event.delta);
        }
        event.addTo(batch);
        events.add(event);
      }
      append(batch.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE));
    }
  }

  private void append(ByteBuffer batch) {
    test.appendSynced(partition, batch);
  }

  private static EventFilter filter(String text) {
    return EventFilter.parse(text);
  }

  private Subscription subscribe(String filter, SubscriptionStart start, Collector to) {
    return subscribe(filter, start, PLENTY, to);
  }

  private Subscription subscribe(
      String filter, SubscriptionStart start, long credit, Collector to) {
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    start, IsolationLevel.DURABLE, credit, List.of(), Optional.of(filter(filter))),
                to)
            .subscription();
    subscription.resume();
    return subscription;
  }

  private void runUntilRead(Collector subscriber, long end) {
    test.owner.runUntil(
        () -> !subscriber.deliveries().isEmpty() && subscriber.lastDelivery().nextOffset() >= end);
  }

  private List<Long> matching(Predicate<TestEvent> condition, long from) {
    return events.stream()
        .filter(event -> event.offset >= from && condition.test(event))
        .map(TestEvent::offset)
        .toList();
  }

  @Test
  void historyAndLiveEventsMatchAsANaiveEvaluatorSays() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    appendRandom(random, 1500);
    test.storage.coldFrom = random.nextInt(2000);
    Map<String, Collector> subscribers = new TreeMap<>();
    Map<String, Long> starts = new TreeMap<>();
    for (String filter : FILTERS.keySet()) {
      long start = random.nextInt(events.size());
      Collector subscriber = new Collector();
      subscribers.put(filter, subscriber);
      starts.put(filter, start);
      subscribe(filter, new SubscriptionStart.Offset(start), subscriber);
    }
    for (int i = 0; i < 5; i++) {
      appendRandom(random, random.nextInt(200));
    }
    subscribers.forEach(
        (filter, subscriber) -> {
          runUntilRead(subscriber, events.size());
          assertThat(subscriber.offsets())
              .as("%s, seed %d", filter, seed)
              .isEqualTo(matching(FILTERS.get(filter), starts.get(filter)));
          assertThat(subscriber.values())
              .as("%s, seed %d", filter, seed)
              .isEqualTo(
                  subscriber.offsets().stream()
                      .map(o -> events.get(o.intValue()).value())
                      .toList());
        });
  }

  @Test
  void creditLimitsADelivery() {
    appendRandom(new Random(1), 3000);
    Predicate<TestEvent> condition = FILTERS.get("json.delta < 3");
    Subscription subscription =
        subscribe("json.delta < 3", new SubscriptionStart.Earliest(), 1, collector);
    collector.onDelivery(
        () -> {
          int bytes = collector.lastDelivery().bytes();
          if (bytes > 0) {
            subscription.addCredit(bytes);
          }
        });
    runUntilRead(collector, events.size());
    assertThat(collector.offsets()).isEqualTo(matching(condition, 0));
    assertThat(collector.deliveries()).allMatch(delivery -> delivery.batches() <= 1);
  }

  @Test
  void countersSayWhatWasTested() {
    append(Batches.of("s", 0, "{\"a\":1}"));
    append(Batches.of("s", 0, "{\"a\":\"1\"}"));
    append(Batches.of("s", 0, "no json"));
    append(Batches.of("other", 0, "{\"a\":1}"));
    FilterActivity before = test.broker.filterActivity();
    Subscription subscription =
        subscribe("source == 's' && json.a == 1", new SubscriptionStart.Earliest(), collector);
    runUntilRead(collector, 4);

    FilterCounts expected = new FilterCounts(3, 1, 1, 1, 0);
    assertThat(subscription.filterCounts().withBytes(0, 0)).isEqualTo(expected);
    assertThat(subscription.filterCounts().readBytes()).isPositive();
    assertThat(before.counts()).isEqualTo(FilterCounts.NONE);
    assertThat(test.broker.filterActivity().counts()).isEqualTo(subscription.filterCounts());
    assertThat(test.broker.filterActivity().nanos()).isPositive();
  }

  @Test
  void aBatchInWhichAllMatchIsDeliveredAsItIsStored() {
    ByteBuffer batch = Batches.ofSources(List.of("a", "a"));
    append(batch);
    Collector all = new Collector();
    test.subscribe(partition, all, new SubscriptionStart.Earliest());
    subscribe("source == 'a'", new SubscriptionStart.Earliest(), collector);
    runUntilRead(collector, 2);
    assertThat(collector.lastDelivery()).isEqualTo(all.lastDelivery());
  }

  @Test
  void aFilterThatIsWrongIsRefusedWithItsPlace() {
    assertRefused(
            ErrorCode.INVALID_FILTER, () -> Await.result(test.broker.parseFilter("sorce == 'x'")))
        .contains("no field is named 'sorce'", "\n  ^");
  }

  /** The owner does not test events: an append is answered while no reader thread is free. */
  @Test
  void anAppendDoesNotWaitForAFilter() {
    append(Batches.of("s", 0, "a"));
    append(Batches.of("s", 0, "b"));
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger held = new AtomicInteger();
    test.storage.coldFrom = 1;
    test.storage.beforeLoad =
        () -> {
          held.incrementAndGet();
          Await.zero(gate);
        };
    var reads =
        List.of(
            partition.read(1, 100, IsolationLevel.DURABLE),
            partition.read(1, 100, IsolationLevel.DURABLE));
    while (held.get() < TestBroker.SETTINGS.readerThreads()) {
      Thread.onSpinWait();
    }
    test.storage.coldFrom = Long.MAX_VALUE;
    subscribe("value == 'b'", new SubscriptionStart.Earliest(), collector);
    test.owner.runAll();

    append(Batches.of("s", 0, "b"));
    test.owner.runAll();
    assertThat(collector.deliveries()).as("while the readers are busy").isEmpty();

    gate.countDown();
    reads.forEach(read -> Await.result(read).close());
    runUntilRead(collector, 3);
    assertThat(collector.offsets()).containsExactly(1L, 2L);
  }

  /** Runs the owner until a slice was given to the filter. */
  private void runUntilTesting(long leasesBefore) {
    while (test.storage.openLeases.get() < leasesBefore + 2) { // the reader and the slice
      assertThat(test.owner.runOne()).as("a task of the owner").isTrue();
    }
  }

  @Test
  void aSubscriptionThatIsClosedWhileItTestsDeliversNothing() {
    appendRandom(new Random(2), 500);
    int leases = test.storage.openLeases.get();
    Subscription subscription =
        subscribe("json.delta < 50", new SubscriptionStart.Earliest(), collector);
    runUntilTesting(leases);

    subscription.close();
    test.owner.runUntil(() -> test.storage.openLeases.get() == leases);

    assertThat(collector.deliveries()).isEmpty();
  }

  @Test
  void aTopicThatIsDeletedEndsTheSubscriptionThatTests() {
    appendRandom(new Random(3), 500);
    int leases = test.storage.openLeases.get();
    subscribe("json.delta < 50", new SubscriptionStart.Earliest(), collector);
    runUntilTesting(leases);

    test.deleteTopic("rides");
    test.owner.runUntil(() -> test.storage.openLeases.get() == 0);

    assertThat(collector.end().code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  @Test
  void aBrokenSinkEndsTheSubscription() {
    appendRandom(new Random(4), 10);
    collector.breakDown();
    subscribe("true", new SubscriptionStart.Earliest(), collector);
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void aFilterOnTimesAsksTheIndexAndSkipsTheBatchesBefore() {
    for (int i = 0; i < 50; i++) {
      append(Batches.of("s", i, "v" + i));
    }
    AtomicInteger searches = new AtomicInteger();
    test.storage.beforeSeek = searches::incrementAndGet;
    Subscription subscription =
        subscribe("timestamp >= 40", new SubscriptionStart.Earliest(), collector);
    runUntilRead(collector, 50);
    assertThat(searches).hasValue(1);
    assertThat(collector.offsets()).hasSize(10).startsWith(40L);
    assertThat(subscription.filterCounts().scanned()).isEqualTo(10);
  }

  @Test
  void withoutMemoryForItsResultAFilterWaits() {
    append(Batches.of("s", 0, "a"));
    MemoryShare share = test.broker.memory().share(Use.FILTERED_BATCHES);
    share.reserve(share.limit());
    subscribe("true", new SubscriptionStart.Earliest(), collector);
    test.owner.runAll();
    assertThat(collector.deliveries()).isEmpty();
    share.release(share.limit());
    runUntilRead(collector, 1);
    assertThat(collector.values()).containsExactly("a");
  }

  @Test
  void aRestartedBrokerTestsTheStoredEvents() {
    appendRandom(new Random(5), 500);
    test.restart();
    partition = test.partition("rides");
    subscribe("json.delta < 3", new SubscriptionStart.Earliest(), collector);
    runUntilRead(collector, events.size());
    assertThat(collector.offsets()).isEqualTo(matching(FILTERS.get("json.delta < 3"), 0));
  }

  @Test
  void anAppendWithoutSubscribersOfItsEventsIsReportedAtTheEnd() {
    subscribe("source == 'x'", new SubscriptionStart.Earliest(), collector);
    test.owner.runAll();
    test.append(partition, Batches.of("s", 0, "a"), AckLevel.SYNCED);
    runUntilRead(collector, 1);
    assertThat(collector.lastDelivery().batches()).isZero();
    assertThat(collector.lastDelivery().visibleEnd()).isEqualTo(1);
  }
}
