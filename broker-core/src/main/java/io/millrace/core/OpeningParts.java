package io.millrace.core;

import io.millrace.storage.PartitionLog;
import java.util.concurrent.CompletableFuture;

/**
 * The parts of a partition that work on one opening of its log; the others are {@link
 * LastingParts}.
 */
record OpeningParts(
    PartitionLog log,
    Durability durability,
    PartitionReads reads,
    AppendQueue appends,
    PartitionRetention retention) {

  /** Refuses further fsyncs and retention; completes when none is in progress. One call. */
  CompletableFuture<Void> stopBackgroundWork() {
    return CompletableFuture.allOf(durability.stop(), retention.stop());
  }
}
