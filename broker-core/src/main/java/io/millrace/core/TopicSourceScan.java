package io.millrace.core;

import io.millrace.protocol.IsolationLevel;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Lists the sources of a topic: scans one partition after the other. One thread at a time. */
final class TopicSourceScan implements Scan<SourceList> {

  private final Iterator<Partition> partitions;
  private final IsolationLevel isolation;
  private final SourceList found;

  /** The scan of a partition; null before the first. */
  private Scan<SourceList> current;

  TopicSourceScan(List<Partition> partitions, IsolationLevel isolation, SourceList found) {
    this.partitions = partitions.iterator();
    this.isolation = isolation;
    this.found = found;
  }

  @Override
  public CompletionStage<SourceList> step(Executor pool) {
    if (current == null) {
      if (!partitions.hasNext()) {
        return CompletableFuture.completedStage(found);
      }
      current = partitions.next().sourceScan(isolation, found);
    }
    return current
        .step(pool)
        .thenApply(
            whole -> {
              if (whole != null) {
                current = null; // the next step begins with the next partition
              }
              return null;
            });
  }
}
