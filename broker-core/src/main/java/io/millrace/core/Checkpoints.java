package io.millrace.core;

import java.util.concurrent.CompletableFuture;

/** The derived state of a partition, and its checkpoints: when one is due. Owner thread. */
final class Checkpoints {

  private final DerivedState derived;
  private final Durability durability;
  private final long intervalBytes;

  /** The end of the log when it was opened, if the checkpoint covered everything; else -1. */
  private final long coveredAtOpening;

  private long bytesSinceLast;

  /**
   * @param end the end offset of the log
   * @param intervalBytes bytes appended between two checkpoints
   */
  Checkpoints(DerivedState derived, Durability durability, long end, long intervalBytes) {
    this.derived = derived;
    this.durability = durability;
    this.intervalBytes = intervalBytes;
    this.bytesSinceLast = derived.replayedBytes();
    this.coveredAtOpening = derived.replayedBytes() == 0 ? end : -1;
  }

  /** The state that checkpoints save. */
  DerivedState derived() {
    return derived;
  }

  /**
   * A batch was stored: takes a checkpoint if one is due.
   *
   * @param end the end offset of the log, after the batch
   */
  void appended(int bytes, long end) {
    bytesSinceLast += bytes;
    if (bytesSinceLast >= intervalBytes) {
      take(end);
    }
  }

  /**
   * Takes a checkpoint, unless the last one that was saved covers everything.
   *
   * @param end the end offset of the log
   * @return completes when the checkpoint is saved or cannot be saved
   */
  CompletableFuture<Void> take(long end) {
    if (Math.max(coveredAtOpening, durability.checkpointed()) == end) {
      return CompletableFuture.completedFuture(null);
    }
    bytesSinceLast = 0;
    return durability.checkpoint(end, derived.encode(end));
  }
}
