package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which parts of a log a subscription with a filter or with sources reads. */
@ParameterizedClass
@EnumSource(Engine.class)
class FilteredRangesTest {

  private static final long PLENTY = 1 << 30;
  private static final int BLOCK_BYTES = 64 * 1024;

  private final TestBroker test;
  private final List<TestEvent> events = new ArrayList<>();
  private final Collector collector = new Collector();
  private Partition partition;

  private record TestEvent(long offset, String source, long time) {}

  FilteredRangesTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.createTopic("rides", 1, Map.of("segmentBytes", "512KiB")).partitions().get(0);
  }

  @AfterEach
  void close() {
    WatchedStorage storage = test.storage;
    test.stop();
    test.owner.runAll();
    assertThat(storage.openLeases).as("readers and slices left open").hasValue(0);
    test.close();
  }

  private void append(String source, long time, int bytes) {
    events.add(new TestEvent(events.size(), source, time));
    test.append(partition, Batches.of(source, time, "v".repeat(bytes)), AckLevel.STORED);
  }

  /** Events of 4,000 bytes, whose times are their offsets. */
  private void appendInOrder(int count, String source) {
    for (int i = 0; i < count; i++) {
      append(source, events.size(), 4_000);
    }
  }

  private void appendRandom(Random random, int count) {
    for (int i = 0; i < count; i++) {
      long time = events.size() + random.nextInt(60) - 30;
      String source = random.nextInt(100) == 0 ? "rare" : "s" + random.nextInt(3);
      append(source, time, random.nextInt(9_000));
    }
  }

  /** Restarts the broker, so that the events are read from disk. */
  private void restart() {
    test.owner.runUntil(() -> partition.offsets().durable() == events.size());
    test.restart(storage -> storage.coldFrom = 0);
    partition = test.partition("rides");
  }

  private Subscription subscribe(String filter, List<String> sources, long from, Collector to) {
    return subscribe(filter, sources, from, PLENTY, to);
  }

  private Subscription subscribe(
      String filter, List<String> sources, long from, long credit, Collector to) {
    Subscription subscription =
        partition
            .subscribe(
                new SubscriptionSpec(
                    new SubscriptionStart.Offset(from),
                    IsolationLevel.DURABLE,
                    credit,
                    sources,
                    Optional.ofNullable(filter).map(EventFilter::parse)),
                to)
            .subscription();
    subscription.resume();
    return subscription;
  }

  private void runUntilRead(Collector subscriber) {
    test.owner.runUntil(
        () ->
            !subscriber.deliveries().isEmpty()
                && subscriber.lastDelivery().nextOffset() >= events.size());
  }

  private FilterCounts read(String filter, String... sources) {
    Collector to = new Collector();
    Subscription subscription = subscribe(filter, List.of(sources), 0, to);
    runUntilRead(to);
    return subscription.filterCounts();
  }

  private long logBytes() {
    return partition.sizeBytes();
  }

  private static Map<String, Predicate<TestEvent>> filters(int end, Random random) {
    int a = random.nextInt(end);
    int b = a + random.nextInt(40);
    Map<String, Predicate<TestEvent>> filters = new TreeMap<>();
    filters.put("timestamp < " + a, event -> event.time < a);
    filters.put("timestamp <= " + a, event -> event.time <= a);
    filters.put("timestamp == " + a, event -> event.time == a);
    filters.put("timestamp > " + b, event -> event.time > b);
    filters.put(
        "timestamp >= " + a + " && timestamp < " + b, event -> event.time >= a && event.time < b);
    filters.put(
        "timestamp < 20 || timestamp in [" + a + ", " + b + "]",
        event -> event.time < 20 || event.time == a || event.time == b);
    filters.put("!(timestamp >= " + a + ")", event -> event.time < a);
    filters.put("source == 'rare'", event -> event.source.equals("rare"));
    filters.put(
        "source == 's1' && timestamp < " + a, event -> event.source.equals("s1") && event.time < a);
    filters.put(
        "offset < 10 || (offset >= " + a + " && offset < " + b + ")",
        event -> event.offset < 10 || (event.offset >= a && event.offset < b));
    filters.put("timestamp < 5 && timestamp > 9", event -> false);
    filters.put("partition == 1", event -> false);
    filters.put("size >= 0", event -> true);
    return filters;
  }

  @Test
  void noMatchIsLeftOut() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    appendRandom(random, 500);
    restart();
    appendRandom(random, 100);
    Map<String, Predicate<TestEvent>> filters = filters(600, random);
    Map<String, Collector> subscribers = new TreeMap<>();
    Map<String, Subscription> subscriptions = new TreeMap<>();
    Map<String, Long> starts = new TreeMap<>();
    for (String filter : filters.keySet()) {
      Collector to = new Collector();
      subscribers.put(filter, to);
      starts.put(filter, random.nextBoolean() ? 0L : random.nextInt(500));
      subscriptions.put(filter, subscribe(filter, List.of(), starts.get(filter), to));
    }
    appendRandom(random, 100);
    subscribers.forEach(
        (filter, to) -> {
          runUntilRead(to);
          long start = starts.get(filter);
          String what = "seed %d, from %d: %s".formatted(seed, start, filter);
          assertThat(to.offsets())
              .as(what)
              .isEqualTo(
                  events.stream()
                      .filter(event -> event.offset >= start && filters.get(filter).test(event))
                      .map(TestEvent::offset)
                      .toList());
          FilterCounts counts = subscriptions.get(filter).filterCounts();
          if (start == 0) {
            assertThat(counts.readBytes() + counts.skippedBytes())
                .as(what + ": bytes")
                .isBetween(logBytes() - 2 * BLOCK_BYTES, logBytes());
          }
        });
  }

  @Test
  void onlyRangesThatCanMatchAreRead() {
    appendInOrder(300, "a");
    append("rare", 300, 4_000);
    appendInOrder(699, "a");
    restart();
    long slack = 3 * BLOCK_BYTES; // a block before and after, and the one that is not sealed
    assertThat(read("timestamp >= 500 && timestamp < 510").readBytes())
        .as("a range of 1 %%")
        .isBetween(40_000L, 40_000 + slack);
    assertThat(read("timestamp < 10").readBytes())
        .as("an upper bound")
        .isBetween(40_000L, 40_000 + slack);
    assertThat(read("source == 'rare'").readBytes()).as("a source").isBetween(4_000L, slack);
    assertThat(read("source == 'a' && timestamp > 990").readBytes())
        .as("both")
        .isBetween(36_000L, 36_000 + slack);
    assertThat(read(null, "rare").readBytes()).as("sources").isBetween(4_000L, slack);
    assertThat(read("partition == 1").readBytes()).as("another partition").isZero();
    assertThat(read("size > 0").skippedBytes()).as("nothing to exclude").isZero();
    FilterCounts all = test.broker.filterActivity().counts();
    assertThat(all.readBytes()).isGreaterThan(logBytes());
    assertThat(all.skippedBytes()).isGreaterThan(5 * (logBytes() - 2 * slack));
  }

  @Test
  void thePositionIsReportedAtTheEnd() {
    appendInOrder(1000, "a");
    restart();
    subscribe("timestamp < 10", List.of(), 0, collector);
    runUntilRead(collector);
    assertThat(collector.offsets()).hasSize(10);
    assertThat(collector.lastDelivery().nextOffset()).isEqualTo(1000);
    assertThat(collector.lastDelivery().visibleEnd()).isEqualTo(1000);
  }

  @Test
  void liveEventsAreReadWithoutASearch() {
    appendInOrder(1000, "a");
    restart();
    subscribe("source == 'live'", List.of(), 0, collector);
    runUntilRead(collector);
    AtomicInteger searches = new AtomicInteger();
    test.storage.beforeSeek = searches::incrementAndGet;
    for (int i = 0; i < 50; i++) {
      append(i % 2 == 0 ? "live" : "a", events.size(), 100);
      runUntilRead(collector);
    }
    assertThat(collector.offsets()).hasSize(25);
    assertThat(searches).hasValueLessThanOrEqualTo(1);
  }

  @Test
  void anEngineWithoutIndexesIsReadToTheEnd() {
    appendInOrder(1000, "a");
    restart();
    AtomicInteger searches = new AtomicInteger();
    test.storage.noIndexes = true;
    test.storage.beforeSeek = searches::incrementAndGet;
    subscribe("timestamp in [10, 990]", List.of(), 0, collector);
    test.owner.runUntil(
        () ->
            searches.get() > 1000
                || (!collector.deliveries().isEmpty()
                    && collector.lastDelivery().nextOffset() >= events.size()));
    assertThat(searches).as("searches").hasValueLessThan(1000);
    assertThat(collector.offsets()).containsExactly(10L, 990L);
  }

  /** The subscriber has taken the events of the first range only when the next one is dropped. */
  @Test
  void aRangeThatRetentionDropsIsNotPassedOver() {
    appendInOrder(1000, "a");
    restart();
    Subscription subscription =
        subscribe("timestamp < 10 || timestamp in [500, 999]", List.of(), 0, 1, collector);
    test.owner.runUntil(() -> !collector.offsets().isEmpty());
    Await.result(partition.deleteBefore(700));
    subscription.addCredit(PLENTY);
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    assertThat(collector.offsets()).doesNotContain(999L);
  }
}
