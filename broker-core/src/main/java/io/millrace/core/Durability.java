package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable offset of a partition's log, and the checkpoints, which may cover only what is
 * durable.
 *
 * <p>A {@link ForcedLog} is forced here, in a group commit: while one force runs, appends gather,
 * and the next force covers them all. A failed force is never tried again. Any other log moves its
 * durable offset by itself and tells it here.
 */
final class Durability implements LogListener {

  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private final PartitionLog log;

  /** The same log; null if it makes its appends durable by itself. */
  private final ForcedLog forced;

  private final Flusher flusher;
  private final BrokerObserver observer;
  private final Listener listener;
  private final CoalescingTask forces;
  private final AtomicBoolean intervalRuns = new AtomicBoolean();
  private final AtomicReference<Checkpoint> checkpoint = new AtomicReference<>();
  private final DurableOffset durable;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();

  /** The durable offset at which {@link #settled} completes. */
  private volatile long settledFrom = Long.MAX_VALUE;

  private volatile long checkpointed = -1;
  private volatile boolean failed;

  /** Called by the flusher's threads, or by the threads of a log that tells. */
  interface Listener {
    void durableAdvanced();

    /** The log takes nothing more; what is durable can be read. */
    void logFailed(BrokerException cause);
  }

  private record Checkpoint(long offset, byte[] state, CompletableFuture<Void> over) {}

  Durability(PartitionLog log, Flusher flusher, BrokerObserver observer, Listener listener) {
    this.log = log;
    this.forced = log instanceof ForcedLog forcedLog ? forcedLog : null;
    this.flusher = flusher;
    this.observer = observer;
    this.listener = listener;
    this.forces = new CoalescingTask(this::force, flusher.pool());
    this.durable = new DurableOffset(log);
  }

  /** One past the last durable offset. Any thread. */
  long durable() {
    return durable.get();
  }

  /**
   * The offset that the last checkpoint covers which was saved since the log was opened; -1 if
   * there is none. Any thread.
   */
  long checkpointed() {
    return checkpointed;
  }

  /** Forces everything appended so far: an append waits for it. */
  void forceNow() {
    if (forced != null) {
      forces.request();
    }
  }

  /** Forces everything appended so far within the flush interval. */
  void forceSoon() {
    if (forced != null && !intervalRuns.getAndSet(true)) {
      flusher.afterInterval(this::intervalOver);
    }
  }

  private void intervalOver() {
    intervalRuns.getAndSet(false);
    forces.request();
  }

  /**
   * Saves this state once everything below {@code offset} is durable; a later one replaces it.
   *
   * @return completes when this state, or one that replaced it, is saved or cannot be saved
   */
  CompletableFuture<Void> checkpoint(long offset, byte[] state) {
    Checkpoint next = new Checkpoint(offset, state, new CompletableFuture<>());
    Checkpoint replaced = checkpoint.getAndSet(next);
    if (replaced != null) {
      next.over.thenRun(() -> replaced.over.complete(null));
    }
    if (forced != null) {
      forceSoon();
    } else {
      forces.request(); // without a force there is no run later on that would save it
    }
    return next.over;
  }

  /**
   * Waits for a log that becomes durable by itself. One call.
   *
   * @return completes when everything below {@code offset} is durable, or when the log has failed;
   *     at once if the log is forced
   */
  CompletableFuture<Void> settle(long offset) {
    settledFrom = forced == null ? offset : durable.get();
    completeIfSettled();
    return settled;
  }

  private void completeIfSettled() {
    if (durable.get() >= settledFrom || failed) {
      settled.complete(null);
    }
  }

  /** Completes when what was asked for before is done and nothing more will be. One call. */
  CompletableFuture<Void> stop() {
    return forces.stop();
  }

  @Override
  public void durable(long offset) {
    try {
      durable.moveTo(offset);
    } catch (IllegalStateException e) {
      failed(new StorageException(ErrorCode.STORAGE_FAILED, e.getMessage(), e));
      return;
    }
    listener.durableAdvanced();
    if (checkpoint.get() != null) {
      forces.request();
    }
    completeIfSettled();
  }

  @Override
  public void failed(StorageException cause) {
    fail(BrokerException.of(cause));
    forces.request(); // a checkpoint that waits is given up
    completeIfSettled();
  }

  private void force() {
    if (failed) {
      giveUpCheckpoint();
      return;
    }
    try {
      if (forced != null) {
        forceAppended();
      }
      saveCheckpoint();
    } catch (RuntimeException | Error e) {
      giveUpCheckpoint();
      fail(forceFailed(e));
    }
  }

  private void forceAppended() {
    LogOffsets offsets = log.offsets();
    if (offsets.durable() < offsets.end()) {
      long began = System.nanoTime();
      durable.moveTo(forced.force());
      observer.forced(System.nanoTime() - began);
      listener.durableAdvanced();
    }
  }

  private void fail(BrokerException cause) {
    failed = true;
    listener.logFailed(cause);
  }

  private BrokerException forceFailed(Throwable cause) {
    if (cause instanceof StorageException refused && refused.code() == ErrorCode.FENCED) {
      return BrokerException.of(refused);
    }
    return new BrokerException(
        ErrorCode.STORAGE_FAILED,
        "forcing partition "
            + log.id()
            + " to disk failed ("
            + cause.getMessage()
            + "); what is durable can still be read; check the disk and restart the broker",
        cause);
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
