package io.millrace.core;

import io.millrace.storage.PartitionLog;
import java.util.concurrent.CompletableFuture;

/** One opening of a partition's log, and the classes that work on this opening. */
record OpenLog(
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
