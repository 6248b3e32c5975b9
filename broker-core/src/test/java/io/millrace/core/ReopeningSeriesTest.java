package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Replayed;
import io.millrace.storage.memory.MemoryStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The delays of a partition that is fenced again and again, by the time that its log was open. */
class ReopeningSeriesTest {

  private static final PartitionName NAME =
      new PartitionName("rides", new LogId(new UUID(1, 2), 0));
  private static final TopicSettings SETTINGS = TestBroker.SETTINGS.topicDefaults();

  private final ManualOwner owner = new ManualOwner(() -> {});
  private final MemoryStorage storage = new MemoryStorage(1 << 20);
  private final ExecutorService readers = Executors.newSingleThreadExecutor();
  private final List<Long> delaysMs = new ArrayList<>();
  private ServedLog served;
  private long nanos;

  @BeforeEach
  void open() {
    PartitionMetrics metrics = new PartitionMetrics(BrokerObserver.none());
    ReaderPool pool = new ReaderPool(readers);
    FilterTurns filters = TestBroker.filterTurns(pool);
    LastingParts lasting =
        new LastingParts(
            NAME,
            owner,
            new Subscriptions(
                NAME,
                owner,
                metrics,
                new OwnerAsFlusher(owner),
                new SubscriptionLimits(1, new MemoryShare(1 << 20), filters)),
            metrics);
    PartitionThreads threads =
        new PartitionThreads(id -> owner, new OwnerAsFlusher(owner), pool, filters, owner);
    OpeningPartsFactory logs =
        new OpeningPartsFactory(
            TestBroker.SETTINGS,
            TestBroker.producerMemory(1 << 20),
            threads,
            new TestClock(),
            BrokerObserver.none());
    served = new ServedLog(lasting, logs, SETTINGS);
    ReopenDelays delays = new ReopenDelays(() -> nanos, bound -> 0);
    served.whenFenced(new Reopening(lasting, served, new Reopener(), delays)::fenced);
    served.serveFirst(openLog());
  }

  @AfterEach
  void close() {
    served.owned().log().close();
    readers.shutdown();
  }

  private RestoredLog openLog() {
    BufferedLogEvents events = new BufferedLogEvents();
    PartitionLog log =
        storage
            .open(NAME.log(), SETTINGS.logSettings(), new Replayed(), events)
            .toCompletableFuture()
            .join();
    return new RestoredLog(log, new DerivedState(TestBroker.producers(1)), events);
  }

  private void fence() {
    served.failed(
        served.owned().appends(), new BrokerException(ErrorCode.FENCED, "fenced, says the test"));
    owner.runUntil(() -> served.owned().appends().failure() == null);
  }

  @Test
  void aLogThatWasOpenForLongIsOpenedAgainWithoutADelay() {
    fence();
    assertThat(delaysMs).isEmpty();
    fence();
    assertThat(delaysMs).containsExactly(ReopenDelays.FIRST_MS);
    nanos += TimeUnit.MILLISECONDS.toNanos(ReopenDelays.MAX_MS);
    fence();
    assertThat(delaysMs).containsExactly(ReopenDelays.FIRST_MS);
  }

  /** Opens the log in memory; a delay is over at once. */
  private final class Reopener implements LogReopener {

    @Override
    public CompletionStage<RestoredLog> open(TopicSettings settings) {
      return CompletableFuture.completedStage(openLog());
    }

    @Override
    public CompletionStage<Void> close(PartitionLog log) {
      log.close();
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void after(long delayMs, Runnable task) {
      delaysMs.add(delayMs);
      owner.execute(task);
    }
  }
}
