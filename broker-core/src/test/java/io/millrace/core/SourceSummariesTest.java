package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.core.MemoryBudget.Use;
import io.millrace.core.SourceList.Skipped;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The maintained summary of a topic equals a scan, and survives what a state and a log survive. */
@ParameterizedClass
@EnumSource(Engine.class)
class SourceSummariesTest {

  private static final double ROUNDING = 1e-6;

  private final TestBroker test;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private UUID topic;

  SourceSummariesTest(Engine engine) {
    test = new TestBroker(engine);
    topic = test.createTopic("rides", 3, Map.of()).id();
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** What a list says. */
  private record Listed(
      List<SourceSummary> sources, List<Skipped> skipped, List<Long> positions, long others) {

    static Listed of(SourceList list) {
      try (list) {
        return new Listed(
            list.drain(Function.identity()), list.skipped(), list.positions(), list.otherEvents());
      }
    }

    long events() {
      return sources.stream().mapToLong(SourceSummary::count).sum();
    }
  }

  private Listed summary() {
    return Listed.of(Await.result(test.broker.sources().summarize(topic)));
  }

  private Listed exact() {
    return Listed.of(Await.result(test.broker.sources().list(topic, IsolationLevel.DURABLE)));
  }

  private void assertSummaryIsExact(String when) {
    Listed found = summary();
    Listed expected = exact();
    String what = when + ", seed " + seed;
    assertThat(found.positions()).as(what).isEqualTo(expected.positions());
    assertThat(found.skipped()).as(what).isEqualTo(expected.skipped());
    assertThat(found.others()).as(what).isZero();
    assertThat(found.sources()).as(what).hasSameSizeAs(expected.sources());
    for (int i = 0; i < found.sources().size(); i++) {
      assertEqual(what, found.sources().get(i), expected.sources().get(i));
    }
  }

  private static void assertEqual(String what, SourceSummary found, SourceSummary expected) {
    assertThat(found.eventsPerSecond())
        .as(what)
        .isCloseTo(expected.eventsPerSecond(), within(ROUNDING));
    assertThat(found.meanSkewMicros()).as(what).isCloseTo(expected.meanSkewMicros(), within(1L));
    assertThat(withoutMeans(found)).as(what).isEqualTo(withoutMeans(expected));
  }

  private static SourceSummary withoutMeans(SourceSummary source) {
    return new SourceSummary(
        source.source(),
        source.count(),
        source.firstSeenMicros(),
        source.lastSeenMicros(),
        source.lastAppendMicros(),
        0,
        0,
        source.maxSkewMicros(),
        source.lastSequence(),
        source.missing(),
        source.repeated());
  }

  private Partition partition(int index) {
    return test.broker.topic(topic).partitions().get(index);
  }

  private void appendSome() {
    int partitions = test.broker.topic(topic).partitions().size();
    for (int i = 0; i < 1 + random.nextInt(20); i++) {
      long[] numbers = random.longs(1 + random.nextInt(5), -5, 300).toArray();
      test.append(
              partition(random.nextInt(partitions)),
              Batches.numbered(
                  "source-" + random.nextInt(30),
                  test.clock.micros() + random.nextInt(10_000_000) - 5_000_000,
                  numbers),
              AckLevel.STORED)
          .offset();
      test.clock.move(Duration.ofMillis(random.nextInt(3_000)));
    }
    for (int i = 0; i < partitions; i++) {
      test.appendSynced(partition(i), Batches.of("synced", test.clock.micros(), "v"));
    }
  }

  @Test
  void summaryIsExactThroughAppendsRestartsKillsAndAddedPartitions() {
    int partitions = 3;
    for (int step = 0; step < 40; step++) {
      appendSome();
      switch (random.nextInt(6)) {
        case 0 -> test.restart();
        case 1 -> test.kill();
        case 2 -> test.clock.move(Duration.ofSeconds(10)); // the next summary is saved
        case 3 -> {
          if (partitions < 6) {
            test.addPartitions("rides", ++partitions);
          }
        }
        default -> {
          // Another question.
        }
      }
      assertSummaryIsExact("step " + step);
    }
  }

  @Test
  void nextBrokerReadsOnlyTheEventsAfterTheSavedPosition() {
    appendSome();
    long events = summary().events();
    awaitSaved();
    test.restart(storage -> storage.damage.clear());
    for (int i = 0; i < 3; i++) {
      deleteEvents(partition(i), partition(i).offsets().durable());
    }
    assertThat(summary().events()).as("the events are gone, and still counted").isEqualTo(events);
    assertThat(exact().events()).isZero();
  }

  private void awaitSaved() {
    String state = SavedSources.STATE.of(topic);
    Await.until(
        "saved", () -> test.storage.states().list(SavedSources.STATE.prefix()).contains(state));
    Await.until("written", () -> test.broker.memory().share(Use.SOURCE_LISTS).used() == 0);
  }

  private void deleteEvents(Partition of, long before) {
    CompletableFuture<Long> deleted = of.deleteBefore(before);
    test.owner.runUntilDone(deleted);
    Await.result(deleted);
  }

  @Test
  void eventsThatAreDeletedBeforeTheFirstQuestionDoNotCount() {
    test.appendSynced(partition(0), Batches.atTimes(10, 40, 20));
    test.appendSynced(partition(0), Batches.atTimes(5, 6));
    deleteEvents(partition(0), 2);
    assertSummaryIsExact("after a deletion inside a batch");
    deleteEvents(partition(0), 4);
    test.appendSynced(partition(0), Batches.atTimes(7));
    assertThat(summary().sources())
        .extracting(CountedSource::of)
        .containsExactly(new CountedSource("s", 4, 5, 20));
    assertThat(exact().sources())
        .extracting(CountedSource::of)
        .containsExactly(new CountedSource("s", 2, 6, 7));
  }

  @Test
  void damagedStateIsReplacedByAScan() {
    appendSome();
    summary();
    awaitSaved();
    test.restart(
        storage -> {
          StateStore states = storage.states();
          String name = SavedSources.STATE.of(topic);
          StoredState state = states.load(name).orElseThrow();
          byte[] bytes = state.bytes().clone();
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          states.save(name, state.version(), bytes);
        });
    assertSummaryIsExact("with a damaged state");
  }

  @Test
  void lostStateIsReplacedByAScan() {
    appendSome();
    summary();
    awaitSaved();
    test.restart(storage -> storage.lostStates.add(SavedSources.STATE.of(topic)));
    assertSummaryIsExact("without the state");
  }

  @Test
  void stateOfALongerLogIsReplacedByAScan() {
    appendSome();
    summary();
    awaitSaved();
    test.restart(
        storage -> {
          StateStore states = storage.states();
          String name = SavedSources.STATE.of(topic);
          StoredState state = states.load(name).orElseThrow();
          SourceList list = new SourceList(new MemoryShare(1 << 20), test.clock);
          SourceListCodec.decode(topic, state.bytes(), list);
          list.reached(1, list.position(1) + 1);
          states.save(name, state.version(), SourceListCodec.encode(topic, list));
        });
    assertSummaryIsExact("with the state of a longer log");
  }

  @Test
  void failedSaveDoesNotFailAQuestion() {
    appendSome();
    test.storage.failingSave = new StorageException(ErrorCode.DISK_FULL, "says the test");
    assertSummaryIsExact("without room");
    Await.until("tried", () -> test.broker.memory().share(Use.SOURCE_LISTS).used() == 0);
    test.storage.failingSave = null;
    test.clock.move(Duration.ofMinutes(1));
    appendSome();
    assertSummaryIsExact("with room again");
    awaitSaved();
  }

  @Test
  void summaryIsDeletedWithItsTopic() {
    appendSome();
    summary();
    awaitSaved();
    test.deleteTopic("rides");
    assertThat(test.storage.states().list(SavedSources.STATE.prefix())).isEmpty();
    assertThat(test.broker.memory().share(Use.SOURCE_SUMMARIES).used()).isZero();

    topic = test.createTopic("rides", 1, Map.of()).id();
    assertThat(summary().sources()).isEmpty();
    test.appendSynced(partition(0), Batches.of("new", 5, "v"));
    assertSummaryIsExact("in the new topic");
  }

  /** The question found the topic, and comes to the summaries when they have forgotten it. */
  @Test
  void questionThatComesAfterTheDeletionLeavesNoSummary() {
    appendSome();
    try (Small small = new Small()) {
      small.ask();
      assertThat(small.summaries.size()).isEqualTo(1);
      small.unknown = true;
      small.summaries.forget(topic);

      ExpectedRefusals.assertRefused(
          ErrorCode.UNKNOWN_TOPIC, () -> Await.result(small.summaries.ask(topic)));
      assertThat(small.summaries.size()).as("topics with a summary").isZero();
      Await.until(
          "the summary left the memory", () -> small.used() == 0); // the catch-up may still end
    }
  }

  @Test
  void summaryOfATopicThatIsGoneIsDeletedAtTheStart() {
    String state = SavedSources.STATE.of(UUID.randomUUID());
    test.restart(storage -> storage.states().save(state, StateStore.NO_VERSION, new byte[] {1}));
    assertThat(test.storage.states().list(SavedSources.STATE.prefix())).isEmpty();
  }

  @Test
  void topicThatNobodyAsksAboutHasNoState() {
    appendSome();
    exact();
    test.restart();
    assertThat(test.storage.states().list(SavedSources.STATE.prefix())).isEmpty();
    assertThat(test.broker.memory().share(Use.SOURCE_SUMMARIES).used()).isZero();
  }

  @Test
  void damagedEventsAreSkippedAndReported() {
    test.appendSynced(partition(0), Batches.of("a", 1, "v"));
    summary();
    for (String source : List.of("b", "c", "d")) {
      test.appendSynced(partition(0), Batches.of(source, 1, "v"));
    }
    test.storage.damage.add(new DamagedOffsets(1, 2, "says the test"));
    test.storage.coldFrom = 1;
    test.storage.beforeLoad =
        () -> {
          if (test.storage.coldFrom == 1) {
            test.storage.coldFrom = Long.MAX_VALUE;
            throw new StorageException(ErrorCode.CORRUPT_LOG, "says the test");
          }
        };
    Listed found = summary();
    assertThat(found.sources()).extracting(SourceSummary::source).containsExactly("a", "c", "d");
    assertThat(found.skipped()).containsExactly(new Skipped(0, 1, 2));
    assertThat(summary().skipped()).as("also later").containsExactly(new Skipped(0, 1, 2));
    deleteEvents(partition(0), 3);
    test.appendSynced(partition(0), Batches.of("e", 1, "v"));
    assertThat(summary().skipped()).as("not when the offsets are deleted").isEmpty();
  }

  @Test
  void partitionThatCannotBeReadIsNamedAndTheOthersCount() {
    for (int i = 0; i < 3; i++) {
      test.appendSynced(partition(i), Batches.of("s", 1, "v"));
    }
    assertThat(summary().events()).isEqualTo(3);
    awaitSaved();
    test.restart(storage -> storage.unopenable.add(partition(1).id()));
    test.appendSynced(partition(0), Batches.of("s", 1, "v"));
    Listed found = summary();
    assertThat(found.skipped()).containsExactly(new Skipped(1, SourceList.ALL, SourceList.ALL));
    assertThat(found.events()).as("what was counted before stays").isEqualTo(4);
    test.restart();
    assertSummaryIsExact("when it can be read again");
  }

  @Test
  void questionsAtTheSameTimeSeeWhatWasDurableBeforeThem() {
    List<CompletableFuture<SourceList>> questions = new ArrayList<>();
    List<Long> durable = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      test.appendSynced(partition(i % 3), Batches.of("source-" + i % 7, i, "v"));
      durable.add(i + 1L);
      questions.add(test.broker.sources().summarize(topic));
      if (random.nextBoolean()) {
        questions.get(random.nextInt(questions.size())).cancel(false);
      }
    }
    for (int i = 0; i < questions.size(); i++) {
      if (!questions.get(i).isCancelled()) {
        assertThat(Listed.of(Await.result(questions.get(i))).events())
            .as("question %d, seed %d", i, seed)
            .isGreaterThanOrEqualTo(durable.get(i));
      }
    }
    assertSummaryIsExact("afterwards");
    Await.until(
        "memory of the answers", () -> test.broker.memory().share(Use.SOURCE_LISTS).used() == 0);
  }

  /** Summaries whose pauses the test ends, with at most three sources for each topic. */
  private final class Small implements AutoCloseable {

    final BlockingQueue<Runnable> pauses = new LinkedBlockingQueue<>();
    final ReaderPool pool = new ReaderPool(Executors.newFixedThreadPool(2));
    final MemoryBudget memory = new MemoryBudget(1 << 28, 1 << 28);
    final SourceSummaries summaries =
        new SourceSummaries(
            test.storage.states(),
            new SourceSummaries.Parts(
                new LongScans(pool, 2),
                pool,
                memory.share(Use.SOURCE_SUMMARIES),
                memory.share(Use.SOURCE_LISTS),
                3,
                test.clock,
                (after, task) -> pauses.add(task)),
            this::partitions);

    /** As after the deletion of the topic. */
    volatile boolean unknown;

    private List<Partition> partitions(UUID id) {
      if (unknown) {
        throw new BrokerException(ErrorCode.UNKNOWN_TOPIC, "deleted, says the test");
      }
      return test.broker.topic(id).partitions();
    }

    Listed ask() {
      return Listed.of(Await.result(summaries.ask(topic)));
    }

    void endPause() throws InterruptedException {
      pauses.take().run();
    }

    long used() {
      return memory.share(Use.SOURCE_SUMMARIES).used();
    }

    @Override
    public void close() {
      pool.close();
      summaries.close();
    }
  }

  @Test
  void eventsOfFurtherSourcesAreCountedTogether() {
    for (int i = 0; i < 10; i++) {
      test.appendSynced(partition(0), Batches.of("source-" + i, i, "v"));
    }
    try (Small small = new Small()) {
      Listed found = small.ask();
      assertThat(found.sources())
          .extracting(SourceSummary::source)
          .containsExactly("source-0", "source-1", "source-2");
      assertThat(found.others()).isEqualTo(7);
      awaitSaved();
    }
    test.appendSynced(partition(0), Batches.of("source-1", 0, "v"));
    test.appendSynced(partition(0), Batches.of("source-9", 0, "v"));
    try (Small small = new Small()) {
      Listed found = small.ask();
      assertThat(found.others()).isEqualTo(8);
      assertThat(found.events()).isEqualTo(4);
    }
    assertThat(exact().sources()).hasSize(10);
  }

  @Test
  void eventThatFindsNoMemoryIsCountedLater() {
    test.appendSynced(partition(0), Batches.ofSources(List.of("a", "a", "b", "a", "c", "b")));
    try (Small small = new Small()) {
      MemoryShare share = small.memory.share(Use.SOURCE_SUMMARIES);
      long others = share.limit() - 2 * SourceList.SOURCE_BYTES; // there is room for "a" only
      share.reserve(others);
      ExpectedRefusals.assertRefused(
          ErrorCode.TOO_MANY_IN_FLIGHT, () -> Await.result(small.summaries.ask(topic)));
      share.release(others);
      assertThat(small.ask().sources())
          .extracting(CountedSource::of)
          .containsExactly(
              new CountedSource("a", 3, 0, 0),
              new CountedSource("b", 2, 0, 0),
              new CountedSource("c", 1, 0, 0));
    }
  }

  @Test
  void summaryCatchesUpByItselfAndLeavesTheMemoryWhenNobodyAsks() throws InterruptedException {
    try (Small small = new Small()) {
      small.ask();
      for (int i = 0; i < 3; i++) {
        test.appendSynced(partition(i), Batches.of("s", i, "v"));
      }
      assertThat(small.used()).isZero();
      small.endPause();
      Await.until("caught up", () -> small.used() > 0);

      test.clock.move(TopicSources.ACTIVE);
      small.endPause();
      assertThat(small.used()).as("it left the memory").isZero();
      assertThat(small.pauses).as("nothing goes on").isEmpty();

      test.appendSynced(partition(0), Batches.of("t", 0, "v"));
      assertThat(small.ask().events()).isEqualTo(4);
    }
  }
}
