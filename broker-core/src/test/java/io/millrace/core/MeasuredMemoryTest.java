package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.SourceSequence;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bytes that the broker counts for an object are those that the object takes in the heap: not
 * fewer, so that the heap does not fill, and not many more, so that its limits are not too low.
 */
class MeasuredMemoryTest {

  private static final long HEAP_BYTES = 1L << 32;

  /** How far above the measured bytes the counted bytes may be. */
  private static final double SLACK = 1.6;

  /** Positions in the header of a batch, as docs/protocol.md has them. */
  private static final int PRODUCER_ID_AT = 56;

  private static final int BASE_SEQUENCE_AT = 64;

  private static void assertCounted(String what, int objects, long bytes, long counted) {
    System.out.printf(
        "%s: %d bytes measured, %d counted%n", what, bytes / objects, counted / objects);
    assertThat(counted).as(what).isBetween(bytes, (long) (SLACK * bytes));
  }

  @Test
  void ofProducersWithOneBatch() {
    assertProducers("a producer with one batch", 1);
  }

  @Test
  void ofProducersWithManyBatches() {
    assertProducers("a producer with 30 batches", 30);
  }

  private static void assertProducers(String what, int batches) {
    int producers = 20_000;
    MemoryShare share = new MemoryShare(HEAP_BYTES);
    ProducerTable table = new ProducerTable(producers, TestBroker.ANY_SECRET, memory(share));
    ByteBuffer header = Batches.ofProducer(0, 0, 0, 1);
    long before = LiveHeap.bytes();
    for (int id = 0; id < producers; id++) {
      for (int batch = 0; batch < batches; batch++) {
        header.putLong(PRODUCER_ID_AT, id).putLong(BASE_SEQUENCE_AT, batch);
        table.find(header, 0, ProducerSecret.NONE);
        table.apply(header, 0);
      }
    }
    assertCounted(what, producers, LiveHeap.bytes() - before, share.used());
    table.close();
    assertThat(share.used()).isZero();
  }

  private static ProducerMemory memory(MemoryShare share) {
    return new ProducerMemory(
        share, TestBroker.EXPIRY, InstantSource.fixed(Instant.EPOCH), () -> 0);
  }

  @Test
  void ofSources() {
    assertSources("a source", SourceSequence.NONE);
    assertSources("a source with numbers", 7);
  }

  private static void assertSources(String what, long number) {
    int sources = 50_000;
    MemoryShare share = new MemoryShare(HEAP_BYTES);
    SourceList list = new SourceList(share, new TestClock());
    long before = LiveHeap.bytes();
    for (int i = 0; i < sources; i++) {
      list.add("vehicle-" + (1_000_000 + i), i, i, 0, number);
    }
    assertCounted(what, sources, LiveHeap.bytes() - before, share.used());
    List<SourceSummary> answer = list.drain(summary -> summary);
    assertThat(LiveHeap.bytes() - before).as("the answer").isLessThan(share.used());
    assertThat(answer).hasSize(sources);
    list.close();
    assertThat(share.used()).isZero();
  }

  @Test
  void ofTopicsPartitionsSubscriptionsAndNames() {
    try (TestBroker test = new TestBroker(Engine.MAPPED, TestBroker.limitedByMemory(HEAP_BYTES))) {
      assertTopics(test);
      assertNames(test);
      assertSubscriptions(test);
    }
  }

  private static void assertTopics(TestBroker test) {
    test.createTopic("first", 1, Map.of());
    MemoryShare share = test.broker.memory().share(MemoryBudget.Use.TOPICS);
    long before = LiveHeap.bytes();
    long counted = share.used();
    int topics = 200;
    for (int i = 0; i < topics; i++) {
      test.createTopic("t" + i, 1, Map.of());
    }
    long after = LiveHeap.bytes();
    assertCounted("a topic with 1 partition", topics, after - before, share.used() - counted);
    counted = share.used();
    int partitions = 500;
    test.createTopic("wide", partitions, Map.of());
    assertCounted("a partition", partitions, LiveHeap.bytes() - after, share.used() - counted);
  }

  private static void assertNames(TestBroker test) {
    MemoryShare share = test.broker.memory().share(MemoryBudget.Use.PRODUCERS);
    UUID wide = test.broker.topic("wide").id();
    long before = LiveHeap.bytes();
    long counted = share.used();
    int names = 20;
    for (int i = 0; i < names; i++) {
      CompletableFuture<NamedProducer> opening = test.broker.producers().open(wide, "import-" + i);
      test.owner.runUntilDone(opening);
      opening.join();
    }
    assertCounted(
        "a name in 500 partitions", names, LiveHeap.bytes() - before, share.used() - counted);
  }

  private static void assertSubscriptions(TestBroker test) {
    Partition partition = test.broker.topic("first").partitions().get(0);
    test.append(partition, Batches.of("a"), AckLevel.STORED);
    MemoryShare share = test.broker.memory().share(MemoryBudget.Use.SUBSCRIPTIONS);
    assertSubscriptions(test, partition, share, List.of());
    List<String> filter = IntStream.range(0, 1024).mapToObj(i -> "source-" + i).toList();
    assertSubscriptions(test, partition, share, filter);
  }

  private static void assertSubscriptions(
      TestBroker test, Partition partition, MemoryShare share, List<String> filter) {
    long before = LiveHeap.bytes();
    long counted = share.used();
    int subscriptions = 1000;
    for (int i = 0; i < subscriptions; i++) {
      partition
          .subscribe(
              new SubscriptionSpec(
                  new SubscriptionStart.Earliest(), IsolationLevel.LATEST, 1, filter),
              new NoSink())
          .subscription()
          .resume();
    }
    test.owner.runAll();
    String what = "a subscription to " + filter.size() + " sources";
    System.out.printf(
        "%s: %d bytes measured without the listener, %d counted%n",
        what,
        (LiveHeap.bytes() - before) / subscriptions,
        (share.used() - counted) / subscriptions);
    assertThat(share.used() - counted).as(what).isGreaterThan(LiveHeap.bytes() - before);
  }

  /** With the machine that a regular expression keeps after its first text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "source == 'de.wikipedia' && json.delta > 100",
        "source in ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] || json.a.b.c[17].d == json.e"
            + " || !(key startsWith 'x' && timestamp >= '2026-11-22' && exists(headers['trace']))",
        "value matches 'abc'",
        "value matches '(abc|[^x-y]{20}|d+){10}'",
        "value matches '[a-zäöü]{300}' && key matches '\\\\p{L}{50}'"
      })
  void ofFilters(String text) {
    int filters = 300;
    BatchReader record = new BatchReader(1 << 20);
    record.open(Batches.of("abc {}"), 0);
    record.next();
    FilteredRecord event = new FilteredRecord(record);
    EventFilter.parse(text).newMatcher().matches(event); // loads the classes
    List<EventFilter> kept = new ArrayList<>();
    long before = LiveHeap.bytes();
    long counted = 0;
    for (int i = 0; i < filters; i++) {
      EventFilter filter = EventFilter.parse(text);
      filter.newMatcher().matches(event);
      kept.add(filter);
      counted += SubscriptionFilter.heapBytes(filter);
    }
    long measured = LiveHeap.bytes() - before;
    System.out.printf(
        "filter %s: %d bytes measured, %d counted%n", text, measured / filters, counted / filters);
    assertThat(counted).as(text).isGreaterThan(measured);
    assertThat(kept).hasSize(filters);
  }

  /** A subscriber that is never writable. */
  private static final class NoSink implements SubscriptionSink {

    @Override
    public boolean isOverQuota() {
      return false;
    }

    @Override
    public boolean isWritable() {
      return false;
    }

    @Override
    public void deliver(
        List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd) {
      throw new AssertionError("delivered");
    }

    @Override
    public void ended(BrokerException cause) {}
  }
}
