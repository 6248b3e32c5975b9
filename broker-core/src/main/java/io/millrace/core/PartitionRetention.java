package io.millrace.core;

import io.millrace.protocol.EpochMicros;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retention of one log: deletes events on request, and drops the segments that its topic no
 * longer keeps. The background does both, one after the other. Any thread.
 */
final class PartitionRetention {

  private static final Logger LOG = LoggerFactory.getLogger(PartitionRetention.class);

  private final PartitionLog log;
  private final Deletions deletions;
  private final InstantSource clock;
  private final Executor background;
  private final CoalescingTask runs;
  private volatile TopicSettings keep;

  /**
   * @param deletions of the same log
   * @param background runs retention
   */
  PartitionRetention(
      PartitionLog log,
      Deletions deletions,
      TopicSettings keep,
      InstantSource clock,
      Executor background) {
    this.log = log;
    this.deletions = deletions;
    this.keep = keep;
    this.clock = clock;
    this.background = background;
    this.runs = new CoalescingTask(this::run, background);
  }

  /** Uses these settings from the next run on. */
  void alter(TopicSettings changed) {
    keep = changed;
  }

  /** Whether the topic keeps all events for ever, and none was deleted. */
  boolean keepsAll() {
    TopicSettings settings = keep;
    return settings.retentionTime().isZero()
        && settings.retentionBytes() == 0
        && log.offsets().start() == 0;
  }

  /** As {@link Partition#deleteBefore}, for any topic. */
  CompletableFuture<Long> deleteBefore(long offset) {
    CompletableFuture<Long> start = deletions.add(offset);
    try {
      runs.request();
    } catch (RejectedExecutionException e) {
      deletions.refuse(BrokerException.shuttingDown(e));
    }
    deletions.refuseIfStopped();
    return start;
  }

  /** Asks for a run that begins after this call. */
  void request() {
    runs.request();
  }

  /** Refuses further runs and deletions; completes when none is under way. One call. */
  CompletableFuture<Void> stop() {
    return runs.stop().thenRun(deletions::stop);
  }

  /** Closes the log in the background, after {@link #stop}. */
  CompletableFuture<Void> closeLog() {
    return CompletableFuture.runAsync(log::close, background);
  }

  /** What a log has to keep. */
  private record Limits(long minAppendTimeMicros, long maxBytes) {}

  private Limits limits() {
    TopicSettings settings = keep;
    boolean anyAge = settings.retentionTime().isZero();
    boolean anySize = settings.retentionBytes() == 0;
    long retentionMicros = settings.retentionTime().toMillis() * 1_000;
    return new Limits(
        anyAge ? Long.MIN_VALUE : EpochMicros.of(clock.instant()) - retentionMicros,
        anySize ? Long.MAX_VALUE : settings.retentionBytes());
  }

  /**
   * Seals the newest part of the log if all of its events are expired, so that a run can drop it.
   * Owner thread.
   */
  void sealExpired() {
    Limits limits = limits();
    try {
      log.sealExpired(limits.minAppendTimeMicros(), limits.maxBytes());
    } catch (StorageException e) {
      // Retention is not urgent: the next run tries again.
      LOG.error("event=retention_failed log={}", log.id(), e);
    }
  }

  private void run() {
    deletions.run();
    dropOld();
  }

  private void dropOld() {
    Limits limits = limits();
    try {
      long before = log.offsets().start();
      long start = log.retain(limits.minAppendTimeMicros(), limits.maxBytes());
      if (start != before) {
        LOG.info("event=events_dropped log={} from={} to={}", log.id(), before, start);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("event=retention_failed log={}", log.id(), e);
    }
  }
}
