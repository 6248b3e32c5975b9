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
 * <p>For a {@link ForcedLog} it calls {@code force}, in a group commit: while one call runs,
 * appends gather, and the next call covers them all. A failed call is never repeated, unless the
 * log has refused it with {@code RESOURCES_EXHAUSTED}: then nothing has failed, the appends wait,
 * and the call is repeated every {@value #RETRY_MS} ms. Any other log makes its appends durable by
 * itself and reports the offset here.
 */
final class Durability implements LogListener {

  /** The delay before a refused fsync is repeated. */
  static final long RETRY_MS = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Durability.class);

  private final PartitionName name;
  private final PartitionLog log;

  /** The same log; null if it makes its appends durable by itself. */
  private final ForcedLog forced;

  private final Flusher flusher;
  private final BrokerObserver observer;
  private OutcomeListener listener;
  private final CoalescingTask forces;
  private final AtomicBoolean intervalRuns = new AtomicBoolean();
  private final AtomicReference<Checkpoint> checkpoint = new AtomicReference<>();
  private final DurableOffset durable;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();

  /** The durable offset at which {@link #settled} completes. */
  private volatile long settledFrom = Long.MAX_VALUE;

  private final ResourceShortage shortage = new ResourceShortage();
  private volatile long checkpointed = -1;

  /** The cause that was logged since a checkpoint was saved, or null. One flusher at a time. */
  private ErrorCode notSaved;

  private volatile boolean failed;

  /**
   * Receives the outcome of fsyncs. Called on a thread of the flusher, or on one of an engine that
   * reports.
   */
  interface OutcomeListener {
    void durableAdvanced();

    /** The log takes no more appends; offsets below durable can be read. */
    void logFailed(BrokerException cause);
  }

  private record Checkpoint(long offset, byte[] state, CompletableFuture<Void> over) {}

  Durability(PartitionName name, PartitionLog log, Flusher flusher, BrokerObserver observer) {
    this.name = name;
    this.log = log;
    this.forced = log instanceof ForcedLog forcedLog ? forcedLog : null;
    this.flusher = flusher;
    this.observer = observer;
    this.forces = new CoalescingTask(this::force, flusher.pool());
    this.durable = new DurableOffset(log);
  }

  /** Sets the receiver of changes. One call, before any append and before the log's first call. */
  void listen(OutcomeListener receiver) {
    listener = receiver;
  }

  /** One past the last durable offset. Any thread. */
  long durable() {
    return durable.get();
  }

  /**
   * One past the last offset that the newest checkpoint covers. Only checkpoints that were saved
   * since the log was opened count; -1 before the first. Any thread.
   */
  long checkpointed() {
    return checkpointed;
  }

  /** Why the log refuses to fsync at present, or null. Any thread. */
  BrokerException shortage() {
    return shortage.cause();
  }

  /** Makes everything durable that was appended so far; an append waits for it. */
  void forceNow() {
    if (forced != null) {
      forces.request();
    }
  }

  /** Makes everything durable that was appended so far, within the flush interval. */
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
   * Saves this state when everything below {@code offset} is durable. A later call replaces a state
   * that is not saved yet.
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
      forces.request(); // no fsync will save it later
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

  /** Completes when all requests are done; none is taken afterwards. One call. */
  CompletableFuture<Void> stop() {
    return forces.stop();
  }

  /** Closes the log on a thread of the flusher, after {@link #stop}. */
  CompletableFuture<Void> closeLog() {
    return CompletableFuture.runAsync(log::close, flusher.pool());
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
    appendFailed(BrokerException.of(name, cause));
  }

  /**
   * The log has failed in an append: nothing more becomes durable. Reports the failure to the
   * listener.
   */
  void appendFailed(BrokerException cause) {
    fail(cause);
    forces.request(); // gives up a checkpoint that waits
    completeIfSettled();
  }

  private void force() {
    if (failed) {
      giveUpCheckpoint();
      return;
    }
    try {
      if (forced == null || forceAppended()) {
        saveCheckpoint();
      }
    } catch (RuntimeException | Error e) {
      giveUpCheckpoint();
      fail(forceFailed(e));
    }
  }

  /** False if the log has refused the fsync. It is then repeated later. */
  private boolean forceAppended() {
    LogOffsets offsets = log.offsets();
    if (offsets.durable() == offsets.end()) {
      return true;
    }
    long began = System.nanoTime();
    try {
      durable.moveTo(forced.force());
    } catch (StorageException e) {
      if (e.code() != ErrorCode.RESOURCES_EXHAUSTED) {
        throw e;
      }
      forceLater(BrokerException.of(name, e));
      return false;
    }
    shortage.over();
    observer.forced(System.nanoTime() - began);
    listener.durableAdvanced();
    return true;
  }

  private void forceLater(BrokerException refusal) {
    if (shortage.refused(refusal)) {
      LOG.warn("event=fsync_delayed partition={} reason=\"{}\"", name.log(), refusal.getMessage());
    }
    flusher.after(RETRY_MS, forces::request);
  }

  private void fail(BrokerException cause) {
    failed = true;
    listener.logFailed(cause);
  }

  private BrokerException forceFailed(Throwable cause) {
    if (cause instanceof StorageException refused && refused.code() == ErrorCode.FENCED) {
      return BrokerException.of(name, refused);
    }
    return new BrokerException(
        ErrorCode.STORAGE_FAILED,
        "the fsync of "
            + name
            + " failed ("
            + cause.getMessage()
            + "); its durable events can still be read; check the disk and restart the broker",
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
      notSaved = null;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.FENCED) {
        fail(BrokerException.of(name, e));
        return;
      }
      // The next start takes longer. Nothing is lost: the log has all that a checkpoint has.
      // The next run of retention requests another checkpoint.
      logNotSaved(due, e);
    } finally {
      due.over.complete(null);
    }
  }

  /** Once for each cause. The lack of a resource is explained by its message. */
  private void logNotSaved(Checkpoint due, StorageException e) {
    if (e.code() == notSaved) {
      return;
    }
    notSaved = e.code();
    switch (e.code()) {
      case DISK_FULL, RESOURCES_EXHAUSTED ->
          LOG.warn(
              "event=checkpoint_failed log={} offset={} reason=\"{}\"",
              log.id(),
              due.offset,
              e.getMessage());
      default -> LOG.warn("event=checkpoint_failed log={} offset={}", log.id(), due.offset, e);
    }
  }

  private void giveUpCheckpoint() {
    Checkpoint due = checkpoint.getAndSet(null);
    if (due != null) {
      due.over.complete(null);
    }
  }
}
