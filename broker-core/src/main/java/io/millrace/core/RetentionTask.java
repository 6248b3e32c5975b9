package io.millrace.core;

import io.millrace.storage.PartitionLog;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The retention of one log: drops, in the background, the segments that its topic no longer keeps.
 * Any thread.
 */
final class RetentionTask {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionTask.class);

  private final PartitionLog log;
  private final PartitionEnvironment environment;
  private final CoalescingTask runs;
  private volatile TopicSettings keep;

  RetentionTask(PartitionLog log, TopicSettings keep, PartitionEnvironment environment) {
    this.log = log;
    this.keep = keep;
    this.environment = environment;
    this.runs = new CoalescingTask(this::dropOld, environment.background());
  }

  /** Uses these settings from the next run on. */
  void alter(TopicSettings changed) {
    keep = changed;
  }

  /** Whether the topic keeps all events for ever. */
  boolean keepsAll() {
    TopicSettings settings = keep;
    return settings.retentionTime().isZero() && settings.retentionBytes() == 0;
  }

  /** Requests a run that begins after this call. */
  void request() {
    runs.request();
  }

  /** Refuses further runs; completes when none is under way. One call. */
  CompletableFuture<Void> stop() {
    return runs.stop();
  }

  private void dropOld() {
    TopicSettings settings = keep;
    boolean anyAge = settings.retentionTime().isZero();
    boolean anySize = settings.retentionBytes() == 0;
    long retentionMicros = settings.retentionTime().toMillis() * 1_000;
    long minAppendTime = anyAge ? Long.MIN_VALUE : environment.nowMicros() - retentionMicros;
    long maxBytes = anySize ? Long.MAX_VALUE : settings.retentionBytes();
    try {
      long before = log.offsets().start();
      long start = log.retain(minAppendTime, maxBytes);
      if (start != before) {
        LOG.info("event=events_dropped log={} from={} to={}", log.id(), before, start);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("event=retention_failed log={}", log.id(), e);
    }
  }
}
