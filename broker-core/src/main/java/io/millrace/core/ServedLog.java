package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log that a partition serves now. When the log fails with {@code FENCED}, this class closes it
 * and opens it again until that succeeds; every other failure is final.
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
final class ServedLog {

  private static final Logger LOG = LoggerFactory.getLogger(ServedLog.class);

  private final LastingParts lasting;
  private final PartitionFactory partitions;
  private final LogReopener reopener;
  private final ReopenDelays delays;

  /** The settings of the topic. */
  private TopicSettings settings;

  private OpenLog open;

  /** The same as {@link #open}, for other threads. Appends read the plain field. */
  private volatile OpenLog published;

  private boolean ended;
  private boolean waiting;

  /** Complete while the log is neither being closed nor opened. */
  private CompletableFuture<Void> reopening = CompletableFuture.completedFuture(null);

  ServedLog(
      LastingParts lasting,
      PartitionFactory partitions,
      LogReopener reopener,
      ReopenDelays delays,
      TopicSettings settings) {
    this.lasting = lasting;
    this.partitions = partitions;
    this.reopener = reopener;
    this.delays = delays;
    this.settings = settings;
  }

  /**
   * Serves the first opening of the log. Before any other thread knows the partition.
   *
   * @param first opened with the settings that this class was built with
   */
  void serveFirst(OpenedLog first) {
    serve(build(first), first.events());
  }

  /** Refuses every use: the first opening of the log has failed. As {@link #serveFirst}. */
  void refuseFirst(StorageException cause) {
    refuse(UnavailableLog.neverOpened(lasting.name().log(), cause));
    if (cause.code() == ErrorCode.FENCED) {
      lasting.tellOwner(this::openAfterFailedStart);
    }
  }

  /** The classes that work on the log now. Owner thread. */
  OpenLog owned() {
    return open;
  }

  /** As {@link #owned}. Any thread; the log may be replaced at once. */
  OpenLog now() {
    return published;
  }

  /**
   * Takes over changed settings of the topic, on the owner's thread: changes keep their order, and
   * none is lost while the log is opened. Any thread; does not wait.
   */
  void alter(TopicSettings changed) {
    lasting.tellOwner(() -> take(changed));
  }

  private void take(TopicSettings changed) {
    if (ended) {
      return;
    }
    settings = changed;
    open.retention().alter(changed);
    alter(open.log());
  }

  /** The engine has checked the settings before; a log that refuses them keeps those it has. */
  private void alter(PartitionLog log) {
    try {
      log.alter(settings.logSettings());
    } catch (StorageException e) {
      LOG.error("event=topic_settings_refused partition={}", log.id(), e);
    }
  }

  private OpenLog build(OpenedLog opened) {
    return partitions.openLog(lasting, this, opened, settings);
  }

  private void serve(OpenLog next, LogEvents events) {
    publish(next);
    events.passTo(next.durability(), next.durability().durable());
    lasting.subscriptions().continueOn(next.reads());
  }

  private void refuse(UnavailableLog log) {
    OpenLog next = partitions.unavailable(lasting, this, log, settings);
    publish(next);
    lasting.subscriptions().suspend(next.reads());
  }

  private void publish(OpenLog next) {
    open = next;
    published = next;
  }

  /**
   * A log has failed. Owner thread.
   *
   * @param appends those of the opening that has failed
   */
  void failed(AppendQueue appends, BrokerException cause) {
    appends.fail(cause);
    boolean fenced = appends.failure().code() == ErrorCode.FENCED; // the first failure decides
    if (appends != open.appends() || ended || !fenced) {
      return;
    }
    LOG.warn("event=partition_reopening partition={}", lasting.name().log(), cause);
    begin();
    withdraw(open, storageFailure(cause), this::openAfterDelay);
  }

  /**
   * Refuses every use of a log that is served, and closes it.
   *
   * @param then run by the owner when the log is closed
   */
  private void withdraw(OpenLog served, StorageException cause, Runnable then) {
    refuse(UnavailableLog.failed(served.log(), cause));
    served.reads().end(open.appends().failure());
    served.stopBackgroundWork().thenRun(() -> close(served.log(), then));
  }

  private void openAfterFailedStart() {
    if (!ended) {
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
    if (ended) {
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
    TopicSettings asked = settings;
    reopener
        .open(asked)
        .whenComplete((opened, failure) -> lasting.onOwner(() -> opened(opened, asked, failure)));
  }

  /**
   * An opening is over.
   *
   * @param asked the settings at its start; they may have changed meanwhile
   */
  private void opened(OpenedLog opened, TopicSettings asked, Throwable failure) {
    if (failure != null) {
      notOpened(reason(failure));
    } else if (ended) {
      close(opened.log(), () -> reopening.complete(null));
    } else {
      serveAgain(opened, asked);
    }
  }

  private StorageException reason(Throwable failure) {
    return StageFailure.ofOpening(lasting.name().log(), failure);
  }

  private void serveAgain(OpenedLog opened, TopicSettings asked) {
    OpenLog next;
    try {
      if (settings != asked) {
        alter(opened.log());
      }
      next = build(opened);
    } catch (RuntimeException | Error e) {
      close(opened.log(), () -> notOpened(reason(e)));
      return;
    }
    try {
      serve(next, opened.events());
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
    if (ended) {
      reopening.complete(null);
    } else if (mayOpenLater(cause.code())) {
      LOG.warn(
          "event=partition_reopen_failed partition={} attempts={} code={} reason=\"{}\"",
          lasting.name().log(),
          delays.attempts(),
          cause.code(),
          cause.getMessage());
      refuse(UnavailableLog.failed(open.log(), cause));
      openAfterDelay();
    } else {
      giveUp(cause);
    }
  }

  /** A failed disk needs an operator, although a client may send its request again. */
  private static boolean mayOpenLater(ErrorCode code) {
    return code.retriable() && code != ErrorCode.STORAGE_FAILED;
  }

  private void giveUp(StorageException cause) {
    if (!ended) {
      LOG.error("event=partition_unavailable partition={}", lasting.name().log(), cause);
      refuse(UnavailableLog.failed(open.log(), cause));
      lasting.subscriptions().endAll(BrokerException.of(lasting.name(), cause));
    }
    reopening.complete(null);
  }

  /** As {@link Partition#close}. */
  CompletableFuture<Void> close(BrokerException cause) {
    return lasting
        .onOwner(() -> endInOrder(cause))
        .thenCompose(ignored -> reopening)
        .thenCompose(ignored -> settle(published))
        .thenCompose(ignored -> stopAndAnswer(cause))
        .thenCompose(ignored -> published.durability().closeLog());
  }

  /** As {@link Partition#abandon}. */
  CompletableFuture<Void> abandon(BrokerException cause) {
    return lasting
        .onOwner(() -> endAtOnce(cause))
        .thenCompose(ignored -> reopening)
        .thenCompose(ignored -> stopAndAnswer(cause))
        .thenCompose(ignored -> published.retention().closeLog());
  }

  private void endInOrder(BrokerException cause) {
    end(cause);
    open.appends().finish();
  }

  private void endAtOnce(BrokerException cause) {
    end(cause);
    open.appends().refuseWaiting(cause);
  }

  /** From here on no other opening of the log is served. */
  private void end(BrokerException cause) {
    ended = true;
    open.reads().end(cause);
    open.appends().end(cause);
    lasting.subscriptions().endAll(cause);
    if (waiting) {
      waiting = false;
      reopening.complete(null);
    }
  }

  private static CompletableFuture<Void> settle(OpenLog log) {
    LogOffsets offsets = log.log().offsets();
    return log.durability().settle(offsets.end());
  }

  private CompletableFuture<Void> stopAndAnswer(BrokerException cause) {
    return published
        .stopBackgroundWork()
        .thenCompose(ignored -> lasting.onOwner(() -> open.appends().settle(cause)));
  }
}
