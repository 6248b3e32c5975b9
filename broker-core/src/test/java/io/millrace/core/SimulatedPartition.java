package io.millrace.core;

import io.millrace.protocol.record.BatchLimits;
import io.millrace.storage.LogReplay;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.TestSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;

/** A real partition without threads: it hands all background work to the caller's executors. */
public final class SimulatedPartition {

  private static final BatchLimits LIMITS = new BatchLimits(1 << 20, 2 << 20, 4 << 20);

  private final Partition partition;

  private SimulatedPartition(Partition partition) {
    this.partition = partition;
  }

  /**
   * The executors that work for a partition.
   *
   * @param timer runs a task after the flush interval
   * @param background runs retention
   */
  public record Workers(
      PartitionOwner owner,
      Executor flusher,
      Consumer<Runnable> timer,
      ExecutorService readers,
      Executor background) {}

  /**
   * @param checkpointBytes bytes between two checkpoints
   * @param log opens the log
   */
  public static SimulatedPartition open(
      Workers workers,
      InstantSource clock,
      long retentionBytes,
      long checkpointBytes,
      Function<LogReplay, PartitionLog> log) {
    TopicSettings topic =
        new TopicSettings(Duration.ZERO, retentionBytes, TestSettings.SMALLEST_SEGMENTS);
    BrokerSettings settings =
        new BrokerSettings(
            LIMITS,
            1,
            1,
            1,
            100,
            TestBroker.EXPIRY,
            100,
            100,
            Duration.ofMillis(50),
            1,
            1,
            1,
            Duration.ofHours(1),
            checkpointBytes,
            1 << 30,
            1 << 30,
            topic);
    ReaderPool readers = new ReaderPool(workers.readers());
    PartitionThreads threads =
        new PartitionThreads(
            id -> workers.owner(),
            new HandedOver(workers.flusher(), workers.timer()),
            readers,
            TestBroker.filterTurns(readers),
            workers.background());
    PartitionFactory partitions =
        new PartitionFactory(
            settings,
            new MemoryBudget(settings.heapBytes(), settings.directBytes()),
            threads,
            clock,
            BrokerObserver.none());
    DerivedState derived =
        new DerivedState(
            new ProducerTable(
                settings.maxProducersPerPartition(),
                TestBroker.ANY_SECRET,
                partitions.producerMemory()));
    PartitionLog opened = log.apply(derived);
    derived.opened(opened, Runnable::run).toCompletableFuture().join();
    return new SimulatedPartition(
        partitions.create(
            new PartitionName("t", opened.id()),
            new RestoredLog(opened, derived, new BufferedLogEvents()),
            topic,
            new NeverReopened()));
  }

  /** No log of a simulation is fenced. */
  private static final class NeverReopened implements LogReopener {

    @Override
    public CompletionStage<RestoredLog> open(TopicSettings settings) {
      throw new AssertionError("a log is opened again");
    }

    @Override
    public CompletionStage<Void> close(PartitionLog log) {
      throw new AssertionError("a log is closed to be opened again");
    }

    @Override
    public void after(long delayMs, Runnable task) {
      throw new AssertionError("a log is opened again after " + delayMs + " ms");
    }
  }

  private record HandedOver(Executor pool, Consumer<Runnable> timer) implements Flusher {

    @Override
    public void afterInterval(Runnable task) {
      timer.accept(task);
    }

    @Override
    public void after(long delayMs, Runnable task) {
      timer.accept(task);
    }

    @Override
    public void close() {
      // Nothing was started.
    }
  }

  public Partition partition() {
    return partition;
  }

  public void retain() {
    partition.retain();
  }

  /** Begins to close cleanly; completes when the workers have run their tasks. */
  public CompletableFuture<Void> close(BrokerException cause) {
    return partition.close(cause);
  }
}
