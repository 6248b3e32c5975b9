package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a partition's log is on disk, and the group commit that moves it: while one force runs,
 * appends gather, and the next force covers them all. A failed force is never tried again.
 */
final class Durability {

  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private final PartitionLog log;
  private final Flusher flusher;
  private final BrokerObserver observer;
  private final Listener listener;
  private final CoalescingTask forces;
  private final AtomicBoolean intervalRuns = new AtomicBoolean();
  private final AtomicReference<Checkpoint> checkpoint = new AtomicReference<>();
  private final DurableOffset durable;
  private volatile long checkpointed = -1;
  private boolean failed; // of the forces, which never run at the same time

  /** Told by the flusher's threads. */
  interface Listener {
    void durableAdvanced();

    void forceFailed(BrokerException cause);
  }

  private record Checkpoint(long offset, byte[] state, CompletableFuture<Void> over) {}

  Durability(PartitionLog log, Flusher flusher, BrokerObserver observer, Listener listener) {
    this.log = log;
    this.flusher = flusher;
    this.observer = observer;
    this.listener = listener;
    this.forces = new CoalescingTask(this::force, flusher.pool());
    this.durable = new DurableOffset(log);
  }

  /** One past the last offset on disk. Any thread. */
  long durable() {
    return durable.get();
  }

  /**
   * What the last checkpoint that was saved since the log was opened covers; -1: none. Any thread.
   */
  long checkpointed() {
    return checkpointed;
  }

  /** Everything appended so far is to be forced now: somebody waits. */
  void forceNow() {
    forces.request();
  }

  /** Everything appended so far is to be forced within the flush interval. */
  void forceSoon() {
    if (!intervalRuns.getAndSet(true)) {
      flusher.afterInterval(this::intervalOver);
    }
  }

  private void intervalOver() {
    intervalRuns.getAndSet(false);
    forces.request();
  }

  /**
   * Saves this state once everything below {@code offset} is on disk; a later one replaces it.
   *
   * @return completes when it, or one that replaced it, is saved or could not be
   */
  CompletableFuture<Void> checkpoint(long offset, byte[] state) {
    Checkpoint next = new Checkpoint(offset, state, new CompletableFuture<>());
    Checkpoint replaced = checkpoint.getAndSet(next);
    if (replaced != null) {
      next.over.thenRun(() -> replaced.over.complete(null));
    }
    forceSoon();
    return next.over;
  }

  /** Completes when what was asked for before is done and nothing more will be. Once. */
  CompletableFuture<Void> stop() {
    return forces.stop();
  }

  private void force() {
    if (failed) {
      giveUpCheckpoint();
      return;
    }
    try {
      LogOffsets offsets = log.offsets();
      if (offsets.durable() < offsets.end()) {
        long began = System.nanoTime();
        durable.moveTo(log.force());
        observer.forced(System.nanoTime() - began);
        listener.durableAdvanced();
      }
      saveCheckpoint();
    } catch (RuntimeException | Error e) {
      failed = true;
      giveUpCheckpoint();
      listener.forceFailed(
          new BrokerException(
              ErrorCode.STORAGE_FAILED,
              "forcing partition "
                  + log.id()
                  + " to disk failed ("
                  + e.getMessage()
                  + "); what is durable can still be read; check the disk and restart the broker",
              e));
    }
  }

  private void saveCheckpoint() {
    Checkpoint due = checkpoint.get();
    if (due == null || due.offset > durable.get()) {
      return;
    }
    checkpoint.compareAndSet(due, null);
    try {
      log.checkpoint(due.offset, due.state);
      checkpointed = due.offset;
    } catch (StorageException e) {
      // Costs time at the next start, no more: the log holds all that a checkpoint does. Retention
      // asks again, since it drops nothing that no checkpoint covers.
      LOG.warn("event=checkpoint_failed log={} offset={}", log.id(), due.offset, e);
    } finally {
      due.over.complete(null);
    }
  }

  private void giveUpCheckpoint() {
    Checkpoint due = checkpoint.getAndSet(null);
    if (due != null) {
      due.over.complete(null);
    }
  }
}
