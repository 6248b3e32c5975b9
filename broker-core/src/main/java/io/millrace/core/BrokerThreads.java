package io.millrace.core;

import io.millrace.core.MemoryBudget.Use;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a broker that all partitions use.
 *
 * @param readers read for catch-up subscriptions, and do other work that may wait for a device
 * @param scans the long reads on reader threads
 * @param filters the filters of subscriptions, on reader threads
 */
record BrokerThreads(
    Flusher flusher,
    ReaderPool readers,
    LongScans scans,
    FilterTurns filters,
    RetentionThread retention)
    implements AutoCloseable {

  static BrokerThreads of(BrokerSettings settings, MemoryBudget memory) {
    // One reader thread stays for other work, if there are several.
    int most = Math.max(1, settings.readerThreads() - 1);
    ReaderPool readers =
        new ReaderPool(
            Executors.newFixedThreadPool(settings.readerThreads(), new NamedThreads("reader")));
    return new BrokerThreads(
        new FlusherThreads(settings.flusherThreads(), settings.flushInterval()),
        readers,
        new LongScans(readers, most),
        new FilterTurns(
            readers,
            most,
            settings.limits().maxRecordsBytes(),
            memory.share(Use.FILTERED_BATCHES),
            FilterTurns.Clocks.ofJvm()),
        new RetentionThread());
  }

  PartitionThreads with(PartitionOwners owners) {
    return new PartitionThreads(owners, flusher, readers, filters, retention.executor());
  }

  /** Runs a task on a reader thread. Between the two, it is on the JVM's own timer. */
  void runLater(Duration after, Runnable task) {
    CompletableFuture.delayedExecutor(after.toNanos(), TimeUnit.NANOSECONDS, readers).execute(task);
  }

  /** Ends all threads. Blocks until the last tasks are done. */
  @Override
  public void close() {
    retention.close();
    flusher.close();
    readers.close();
  }
}
