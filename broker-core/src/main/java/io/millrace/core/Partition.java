package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.Isolation;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition: its log, appends, subscriptions and retention. One owner thread changes it.
 *
 * <p>An append is checked, compared with the earlier batches of its producer, stamped and stored.
 * It is answered when it has reached the requested ack level.
 */
public final class Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

  private final PartitionName name;
  private final boolean internal;
  private final PartitionOwner owner;
  private final PartitionLog log;
  private final Durability durability;
  private final PartitionReads reads;
  private final Subscriptions subscriptions;
  private final AppendQueue appends;
  private final PartitionRetention retention;
  private final PartitionMetrics metrics;

  /** The classes that share the work of a partition. */
  record Parts(
      Durability durability,
      PartitionReads reads,
      Subscriptions subscriptions,
      AppendQueue appends,
      PartitionRetention retention,
      PartitionMetrics metrics) {}

  Partition(PartitionName name, PartitionOwner owner, PartitionLog log, Parts parts) {
    this.name = name;
    this.internal = TopicName.isInternal(name.topic());
    this.owner = owner;
    this.log = log;
    this.durability = parts.durability();
    this.reads = parts.reads();
    this.subscriptions = parts.subscriptions();
    this.appends = parts.appends();
    this.retention = parts.retention();
    this.metrics = parts.metrics();
  }

  /** Refuses every append: the log could not be opened. */
  void unavailable(BrokerException cause) {
    appends.unavailable(cause);
  }

  /** Takes the events of the log, from the first one after its opening. One call. */
  void listenTo(LogEvents events) {
    events.passTo(durability, durability.durable());
  }

  /** The id of the log: topic and index. Any thread. */
  public LogId id() {
    return log.id();
  }

  /** The owner, on whose thread the partition appends and delivers. Any thread. */
  public PartitionOwner owner() {
    return owner;
  }

  /**
   * Checks, stamps and appends a client's batch. Owner thread only. A partition of an internal
   * topic refuses it with {@code INVALID_TOPIC_NAME}.
   *
   * @param batch little-endian and writable, from position to limit; the header is stamped in
   *     place. Does not take ownership: the bytes are copied before this method returns.
   * @param callback receives exactly one receipt or refusal, on the owner's thread: before this
   *     method returns, or, with {@code SYNCED}, when the batch is on disk. A batch that is stored
   *     already gets its first receipt again
   */
  public void append(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    if (internal) {
      appends.refuse(TopicName.internal(name.topic()), callback);
      return;
    }
    appendInternal(batch, ack, callback);
  }

  /** As {@link #append}, for the broker's own batches. Works in every topic. */
  void appendInternal(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    assert owner.isOwnerThread() : Thread.currentThread();
    appends.append(batch, ack, callback);
  }

  /**
   * Lets this opening of a named producer append, and no earlier one. Any thread.
   *
   * @return completes with the last stored sequence of the producer, when that event is on disk; -1
   *     if there is none. Fails with {@link BrokerException}
   */
  CompletableFuture<Long> openProducer(NamedProducers.Opening opening) {
    CompletableFuture<Long> lastSequence = new CompletableFuture<>();
    onOwner(() -> appends.openProducer(opening, lastSequence));
    return lastSequence;
  }

  /** Carries changes of the log over to the owner. */
  final class LogChanges implements Durability.Listener {

    @Override
    public void durableAdvanced() {
      tellOwner(
          () -> {
            try {
              appends.durableAdvanced();
            } finally {
              subscriptions.wake(Isolation.DURABLE);
            }
          });
    }

    @Override
    public void logFailed(BrokerException cause) {
      tellOwner(() -> appends.fail(cause));
    }
  }

  private void tellOwner(Runnable task) {
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.warn("event=owner_ended_before_partition partition={}", id(), e);
    }
  }

  /**
   * Subscribes. Owner thread only. The first {@link Subscription#resume()} starts the delivery.
   *
   * @throws BrokerException {@code OFFSET_OUT_OF_RANGE}, {@code LIMIT_REACHED}, {@code
   *     INVALID_SOURCE}, or the reason why the partition cannot be read
   */
  public Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    assert owner.isOwnerThread() : Thread.currentThread();
    reads.requireOpen();
    try {
      return subscriptions.subscribe(spec, sink);
    } catch (StorageException e) {
      throw BrokerException.of(name, e);
    }
  }

  /**
   * A new subscription and its position.
   *
   * @param startOffset first offset that the subscriber wants; the first batch may begin before it
   * @param offsets of the log at that moment
   */
  public record Subscribed(Subscription subscription, long startOffset, LogOffsets offsets) {}

  /** The offsets of the log now. Any thread. */
  public LogOffsets offsets() {
    return log.offsets();
  }

  /** Bytes of the batches that the log keeps. Any thread. */
  public long sizeBytes() {
    return log.sizeBytes();
  }

  /** The findings and actions of the opening of the log. Any thread. */
  public RecoveryReport recovery() {
    return log.recovery();
  }

  /** The damaged offsets, ascending; usually none. All others are served. Any thread. */
  public List<DamagedRange> damage() {
    return log.damage();
  }

  /** The reason why the partition takes no appends, or null. Any thread. */
  public BrokerException failure() {
    return appends.failure();
  }

  /**
   * Finds the first record, by offset, whose event time is at least {@code micros}. Any thread; a
   * reader thread does the search.
   *
   * @param micros microseconds since the epoch
   * @return completes with the offset of the record, or with the visible end if there is none.
   *     Fails with {@link BrokerException}
   */
  public CompletableFuture<Long> offsetForTime(long micros, Isolation isolation) {
    return reads.offsetForTime(micros, isolation);
  }

  /**
   * Lists the sources of the visible events. Any thread; a reader thread reads the whole log.
   *
   * @return fails with {@link BrokerException}
   */
  public CompletableFuture<List<SourceSummary>> sources(Isolation isolation) {
    return reads.sources(isolation);
  }

  /**
   * Reads one slice: the batches from the one that contains {@code offset}. Any thread. Completes
   * at once if the bytes are in memory, else on the thread that has loaded them.
   *
   * @param offset from the start of the log to its end
   * @param maxBytes most bytes, unless the first batch is larger
   * @return a lease that the caller closes; its batches are empty if no whole batch from the offset
   *     on is visible. Fails with {@link BrokerException}: {@code OFFSET_OUT_OF_RANGE}, or the
   *     reason why the partition cannot be read
   */
  public CompletableFuture<PartitionSlice> read(long offset, int maxBytes, Isolation isolation) {
    return reads.read(offset, maxBytes, isolation);
  }

  /**
   * A source and a summary of its events.
   *
   * @param count number of events
   * @param firstSeenMicros smallest event time
   * @param lastSeenMicros largest event time
   */
  public record SourceSummary(
      String source, long count, long firstSeenMicros, long lastSeenMicros) {}

  /**
   * The counters since the partition was opened. Any thread. Each counter is exact; they may be of
   * slightly different moments.
   */
  public Counters counters() {
    return metrics.counters();
  }

  /** Events and bytes of the stored batches (in) and of the delivered batches (out). */
  public record Counters(long eventsIn, long bytesIn, long eventsOut, long bytesOut) {}

  /** Takes over changed settings of the topic. Any thread. */
  void alter(TopicSettings changed) {
    retention.alter(changed);
    log.alter(changed.logSettings());
  }

  /**
   * Drops, in the background, the batches that the topic's settings no longer keep. Any thread.
   *
   * <p>A restart restores the derived state from a checkpoint and the batches after it, so a
   * checkpoint must cover the dropped batches. If no checkpoint can be saved, the batches that the
   * last one covers are dropped anyway: on a full disk this frees space.
   */
  void retain() {
    if (retention.keepsAll()) {
      return;
    }
    tellOwner(() -> appends.checkpoint().thenRun(retention::request));
  }

  /**
   * Closes the partition: refuses new work, fsyncs the stored batches, answers the appends that
   * wait, saves a checkpoint and closes the log. Any thread, one call.
   *
   * @param cause the refusal for subscribers and later callers
   * @return completes when the log is closed
   */
  CompletableFuture<Void> close(BrokerException cause) {
    return onOwner(() -> endOrderly(cause))
        .thenCompose(ignored -> durability.settle(log.offsets().end()))
        .thenCompose(ignored -> stopBackgroundWork())
        .thenCompose(ignored -> onOwner(() -> appends.settle(cause)))
        .thenCompose(ignored -> durability.closeLog());
  }

  /**
   * As {@link #close}, for a log that will be deleted: its batches are not fsynced, and appends
   * that wait are refused. The log is closed in the background, because closing it may take long.
   */
  CompletableFuture<Void> abandon(BrokerException cause) {
    return onOwner(() -> endAtOnce(cause))
        .thenCompose(ignored -> stopBackgroundWork())
        .thenCompose(ignored -> onOwner(() -> appends.settle(cause)))
        .thenCompose(ignored -> retention.closeLog());
  }

  private void endOrderly(BrokerException cause) {
    end(cause);
    appends.finish();
  }

  private void endAtOnce(BrokerException cause) {
    end(cause);
    appends.refuseWaiting(cause);
  }

  private void end(BrokerException cause) {
    reads.end(cause);
    appends.end(cause);
    subscriptions.endAll(cause);
  }

  private CompletableFuture<Void> stopBackgroundWork() {
    return CompletableFuture.allOf(durability.stop(), retention.stop());
  }

  private CompletableFuture<Void> onOwner(Runnable task) {
    try {
      return CompletableFuture.runAsync(task, owner);
    } catch (RejectedExecutionException e) {
      // The owner's thread has ended, so no other thread changes this partition.
      task.run();
      return CompletableFuture.completedFuture(null);
    }
  }
}
