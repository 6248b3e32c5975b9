package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Refusals;
import io.millrace.storage.StorageException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deletions of events of one open log that wait for the background. Each gets exactly one
 * answer, also if the log is closed before its turn. Requests in progress are limited per
 * connection, so the queue has no limit of its own. Any thread; one thread at a time runs.
 */
final class Deletions {

  private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);

  private final PartitionName name;
  private final PartitionLog log;
  private final Durability durability;
  private final PartitionReads reads;
  private final AppendQueue appends;
  private final Queue<Deletion> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  private record Deletion(long offset, CompletableFuture<Long> start) {}

  /**
   * @param durability says what readers may know as durable
   * @param reads has the reason why the log is closed
   * @param appends has the reason why the log has failed
   */
  Deletions(
      PartitionName name,
      PartitionLog log,
      Durability durability,
      PartitionReads reads,
      AppendQueue appends) {
    this.name = name;
    this.log = log;
    this.durability = durability;
    this.reads = reads;
    this.appends = appends;
  }

  /** Adds a deletion for the next run. Completes as {@link Partition#deleteBefore}. */
  CompletableFuture<Long> add(long offset) {
    CompletableFuture<Long> start = new CompletableFuture<>();
    waiting.add(new Deletion(offset, start));
    return start;
  }

  /** Makes the deletions that wait. Background. */
  void run() {
    for (Deletion next = waiting.poll(); next != null; next = waiting.poll()) {
      run(next);
    }
  }

  private void run(Deletion next) {
    long start;
    try {
      start = deleteBefore(next.offset());
    } catch (RuntimeException | Error e) {
      next.start().completeExceptionally(explain(e));
      return;
    }
    next.start().complete(start);
  }

  private long deleteBefore(long offset) {
    BrokerException refusal = refusal();
    if (refusal != null) {
      throw refusal;
    }
    LogOffsets before = log.offsets();
    // The log may know a greater durable offset that readers do not see yet. They must not see a
    // start above their end.
    Refusals.requireDeletable(log.id(), offset, before.start(), durability.durable());
    long start = log.deleteBefore(offset);
    if (start != before.start()) {
      LOG.info("event=events_deleted log={} from={} to={}", log.id(), before.start(), start);
    }
    return start;
  }

  /** The reason why the log takes no change, or null. */
  private BrokerException refusal() {
    BrokerException ended = reads.ended();
    return ended != null ? ended : appends.failure();
  }

  private BrokerException explain(Throwable failure) {
    if (failure instanceof BrokerException refused) {
      return refused;
    }
    if (failure instanceof StorageException refused) {
      return BrokerException.of(name, refused);
    }
    LOG.error("event=deletion_failed log={}", log.id(), failure);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "deleting events of " + name + " failed in the broker; see its log",
        failure);
  }

  /** No run follows: refuses the deletions that wait, and later ones. */
  void stop() {
    stopped = true;
    refuseIfStopped();
  }

  /** After {@link #add}: refuses the deletion if no run follows. */
  void refuseIfStopped() {
    if (stopped) {
      BrokerException refusal = refusal();
      refuse(refusal != null ? refusal : BrokerException.shuttingDown());
    }
  }

  /** Refuses the deletions that wait. */
  void refuse(BrokerException cause) {
    for (Deletion next = waiting.poll(); next != null; next = waiting.poll()) {
      next.start().completeExceptionally(cause);
    }
  }
}
