package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reopening of a partition's log: when the log fails with {@code FENCED}, this class closes it
 * and opens it again until that succeeds. It also repeats a first opening that has failed for a
 * reason that passes, such as too few file descriptors. Every other failure is final.
 *
 * <pre>
 *              FENCED             closed           opened
 *   serving ----------> closing ---------> opening --------> serving
 *                                          ^     | retriable failure
 *                                    delay |     v
 *                                          waiting
 *
 *   opening -- final failure --> unavailable        any -- close, abandon --> ended
 * </pre>
 *
 * <p>From the failure to the success the partition serves an {@link UnavailableLog}, which refuses
 * with the reason. Subscriptions stay: they are suspended, and continue at their cursor. The owner
 * has all the state; storage is closed and opened on other threads.
 */
final class Reopening {

  private static final Logger LOG = LoggerFactory.getLogger(Reopening.class);

  private final LastingParts lasting;
  private final ServedLog served;
  private final LogReopener reopener;
  private final ReopenDelays delays;
  private boolean waiting;

  /** Complete while the log is neither being closed nor opened. */
  private CompletableFuture<Void> reopening = CompletableFuture.completedFuture(null);

  Reopening(LastingParts lasting, ServedLog served, LogReopener reopener, ReopenDelays delays) {
    this.lasting = lasting;
    this.served = served;
    this.reopener = reopener;
    this.delays = delays;
  }

  /** The log that is served has failed with {@code FENCED}. Owner thread. */
  void fenced(BrokerException cause) {
    LOG.warn("event=partition_reopening partition={}", lasting.name().log(), cause);
    begin();
    withdraw(served.owned(), storageFailure(cause), this::openAfterDelay);
  }

  /**
   * The first opening of the log has failed. Called before any other thread knows the partition.
   */
  void firstFailed(StorageException cause) {
    served.refuse(UnavailableLog.neverOpened(lasting.name().log(), cause));
    if (mayOpenLater(cause.code())) {
      lasting.tellOwner(this::openAfterFailedStart);
    }
  }

  /** Completes when the log is neither being closed nor opened. After {@link #stopWaiting}. */
  CompletableFuture<Void> over() {
    return reopening;
  }

  /** The partition has ended: makes no further attempt. Owner thread. */
  void stopWaiting() {
    if (waiting) {
      waiting = false;
      reopening.complete(null);
    }
  }

  /**
   * Refuses every use of a log that is served, and closes it.
   *
   * @param then the task that the owner runs when the log is closed
   */
  private void withdraw(OpeningParts log, StorageException cause, Runnable then) {
    served.refuse(UnavailableLog.failed(log.log(), cause));
    log.reads().end(served.owned().appends().failure());
    log.appends().release();
    log.stopBackgroundWork().thenRun(() -> close(log.log(), then));
  }

  private void openAfterFailedStart() {
    if (!served.hasEnded()) {
      begin();
      openAfterDelay();
    }
  }

  private void begin() {
    lasting.metrics().reopening();
    reopening = new CompletableFuture<>();
  }

  private static StorageException storageFailure(BrokerException cause) {
    return cause.getCause() instanceof StorageException storage
        ? storage
        : new StorageException(cause.code(), cause.getMessage(), cause);
  }

  private void openAfterDelay() {
    if (served.hasEnded()) {
      reopening.complete(null);
      return;
    }
    long delayMs = delays.nextMs();
    if (delayMs == 0) {
      openNow();
      return;
    }
    waiting = true;
    reopener.after(delayMs, () -> lasting.tellOwner(this::delayOver));
  }

  private void delayOver() {
    if (waiting) {
      waiting = false;
      openNow();
    }
  }

  private void openNow() {
    TopicSettings asked = served.settings();
    reopener
        .open(asked)
        .whenComplete((opened, failure) -> lasting.onOwner(() -> opened(opened, asked, failure)));
  }

  /**
   * Handles the end of an opening.
   *
   * @param asked the settings at its start; they may have changed meanwhile
   */
  private void opened(RestoredLog opened, TopicSettings asked, Throwable failure) {
    if (failure != null) {
      notOpened(reason(failure));
    } else if (served.hasEnded()) {
      opened.derived().close();
      close(opened.log(), () -> reopening.complete(null));
    } else {
      serveAgain(opened, asked);
    }
  }

  private StorageException reason(Throwable failure) {
    return StageFailure.ofOpening(lasting.name().log(), failure);
  }

  private void serveAgain(RestoredLog opened, TopicSettings asked) {
    OpeningParts next;
    try {
      if (served.settings() != asked) {
        served.alter(opened.log());
      }
      next = served.build(opened);
    } catch (RuntimeException | Error e) {
      opened.derived().close();
      close(opened.log(), () -> notOpened(reason(e)));
      return;
    }
    try {
      served.serve(next, opened.events());
    } catch (RuntimeException | Error e) {
      StorageException cause = reason(e);
      withdraw(next, cause, () -> notOpened(cause));
      return;
    }
    delays.opened();
    LOG.info(
        "event=partition_reopened partition={} attempts={} end={}",
        lasting.name().log(),
        delays.attempts(),
        opened.log().offsets().end());
    reopening.complete(null);
  }

  private void close(PartitionLog log, Runnable then) {
    reopener
        .close(log)
        .whenComplete(
            (ignored, failure) -> {
              if (failure != null) {
                LOG.warn("event=log_close_failed partition={}", lasting.name().log(), failure);
              }
              lasting.onOwner(then);
            });
  }

  private void notOpened(StorageException cause) {
    if (served.hasEnded()) {
      reopening.complete(null);
    } else if (mayOpenLater(cause.code())) {
      LOG.warn(
          "event=partition_reopen_failed partition={} attempts={} code={} reason=\"{}\"",
          lasting.name().log(),
          delays.attempts(),
          cause.code(),
          cause.getMessage());
      served.refuse(UnavailableLog.failed(served.owned().log(), cause));
      openAfterDelay();
    } else {
      giveUp(cause);
    }
  }

  /** Whether a later attempt may succeed. After a disk failure, an operator must act first. */
  private static boolean mayOpenLater(ErrorCode code) {
    return code.retriable() && code != ErrorCode.STORAGE_FAILED;
  }

  private void giveUp(StorageException cause) {
    if (!served.hasEnded()) {
      LOG.error("event=partition_unavailable partition={}", lasting.name().log(), cause);
      served.refuse(UnavailableLog.failed(served.owned().log(), cause));
      lasting.subscriptions().endAll(BrokerException.of(lasting.name(), cause));
    }
    reopening.complete(null);
  }
}
