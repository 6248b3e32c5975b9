package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Isolation;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
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
 * One partition: its log, its appends, its subscriptions, and what keeps it small. One owner thread
 * changes it; an append is checked, compared with what its producer sent before, stamped, stored,
 * and answered when it is as safe as was asked.
 */
public final class Partition {

  private static final Logger LOG = LoggerFactory.getLogger(Partition.class);

  private final PartitionName name;
  private final boolean internal;
  private final Owner owner;
  private final PartitionLog log;
  private final PartitionEnvironment environment;
  private final Traffic traffic = new Traffic();
  private final Durability durability;
  private final VisibleEnd visibleEnd;
  private final Subscriptions subscriptions;
  private final Appends appends;
  private final RetentionTask retention;

  /** Why nothing is served any more; written by the owner. */
  private volatile BrokerException ended;

  Partition(
      PartitionName name,
      Owner owner,
      PartitionLog log,
      DerivedState derived,
      TopicSettings topicSettings,
      PartitionEnvironment environment) {
    this.name = name;
    this.internal = TopicName.isInternal(name.topic());
    this.owner = owner;
    this.log = log;
    this.environment = environment;
    this.durability =
        new Durability(log, environment.flusher(), environment.observer(), new LogChanges());
    this.visibleEnd = new VisibleEnd(log, durability);
    this.subscriptions = new Subscriptions(owner, log, visibleEnd, traffic, environment);
    LogWriter writer = new LogWriter(log, derived, durability, traffic, environment);
    this.appends = new Appends(log.id(), writer, durability, subscriptions, environment.observer());
    this.retention = new RetentionTask(log, topicSettings, environment);
  }

  /** A partition whose log could not be opened: refuses everything with the reason. */
  static Partition unavailable(
      PartitionName name,
      Owner owner,
      UnavailableLog log,
      TopicSettings topicSettings,
      PartitionEnvironment environment) {
    Partition partition =
        new Partition(
            name, owner, log, new DerivedState(new ProducerTable(1)), topicSettings, environment);
    partition.appends.unavailable(BrokerException.of(log.cause()));
    return partition;
  }

  /** Receives what the log tells. */
  LogListener logListener() {
    return durability;
  }

  /** Topic and index. Any thread. */
  public LogId id() {
    return log.id();
  }

  /** Whose thread appends and delivers. Any thread. */
  public Owner owner() {
    return owner;
  }

  /**
   * Checks, stamps and appends a client's batch. Owner thread only. A partition of an internal
   * topic refuses it with {@code INVALID_TOPIC_NAME}.
   *
   * @param batch little-endian and writable, from position to limit; the header is stamped in
   *     place. Does not take ownership: the bytes are copied before this method returns.
   * @param callback told exactly once, on the owner's thread, of the receipt or the refusal: before
   *     this method returns, or, with {@code SYNCED}, when the batch is on disk. A batch that was
   *     stored before gets its first receipt
   */
  public void append(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    if (internal) {
      appends.refuse(TopicName.internal(name.topic()), callback);
      return;
    }
    appendInternal(batch, ack, callback);
  }

  /** As {@link #append}, for the broker's own batches; takes them in every topic. */
  void appendInternal(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    assert owner.isOwnerThread() : Thread.currentThread();
    appends.append(batch, ack, callback);
  }

  /**
   * Lets this opening of a named producer append, and none before it. Any thread.
   *
   * @return the last sequence that is stored of the producer, once it is on disk; -1 if there is
   *     none. Fails with {@link BrokerException}.
   */
  CompletableFuture<Long> openProducer(NamedProducers.Opening opening) {
    CompletableFuture<Long> lastSequence = new CompletableFuture<>();
    onOwner(() -> appends.openProducer(opening, lastSequence));
    return lastSequence;
  }

  private final class LogChanges implements Durability.Listener {

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
   * Subscribes. Owner thread only. Delivery begins with the caller's first {@link
   * Subscription#resume()}.
   *
   * <p>A start by event time looks into the index, and into the log where the index is coarse; a
   * caller that must not wait for the disk asks {@link #offsetForTime} first and starts there.
   *
   * @throws BrokerException {@code OFFSET_OUT_OF_RANGE}, {@code LIMIT_REACHED}, {@code
   *     INVALID_SOURCE}, or the reason why the partition cannot be read
   */
  public Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    assert owner.isOwnerThread() : Thread.currentThread();
    if (ended != null) {
      throw ended;
    }
    try {
      return subscriptions.subscribe(spec, sink);
    } catch (StorageException e) {
      throw BrokerException.of(e);
    }
  }

  /**
   * What a new subscriber learns.
   *
   * @param startOffset first offset that the subscriber wants; the first batch may begin before it
   * @param offsets of the log when it subscribed
   */
  public record Subscribed(Subscription subscription, long startOffset, LogOffsets offsets) {}

  /** How far the log reaches now. Any thread. */
  public LogOffsets offsets() {
    return log.offsets();
  }

  /** Bytes kept. Any thread. */
  public long sizeBytes() {
    return log.sizeBytes();
  }

  /** What opening the log found and did. Any thread. */
  public RecoveryReport recovery() {
    return log.recovery();
  }

  /** Offsets that are damaged, ascending; usually none. All others are served. Any thread. */
  public List<DamagedRange> damage() {
    return log.damage();
  }

  /** Why the partition takes no appends, or null. Any thread. */
  public BrokerException failure() {
    return appends.failure();
  }

  /**
   * The offset of the first record, by offset, whose event time is at least {@code micros}; the
   * visible end if there is none. Any thread; read in the background. Fails with {@link
   * BrokerException}.
   */
  public CompletableFuture<Long> offsetForTime(long micros, Isolation isolation) {
    return scan(new TimeSeek(log, micros, visibleEnd.of(isolation), maxRecordsBytes()));
  }

  /**
   * The sources of the visible events, scanned in the background. Any thread. Fails with {@link
   * BrokerException}.
   */
  public CompletableFuture<List<SourceSummary>> sources(Isolation isolation) {
    return scan(new SourceScan(log, visibleEnd.of(isolation), maxRecordsBytes()));
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
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    long visibleEnd = subscriptions.visibleEnd(isolation);
    return PartitionSlice.of(
        PartitionReader.readOnce(log, offset, maxBytes, visibleEnd, environment.readers()),
        offset,
        visibleEnd,
        this::readFailure);
  }

  /** What a read met may only be that its log was closed. */
  private BrokerException readFailure(Throwable failure) {
    if (ended != null) {
      return ended;
    }
    if (failure instanceof StorageException refused) {
      return BrokerException.of(refused);
    }
    if (failure instanceof BrokerException refused) {
      return refused;
    }
    LOG.error("event=read_failed partition={}", id(), failure);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "reading partition " + id() + " failed in the broker (" + failure + "); see its log",
        failure);
  }

  private <T> CompletableFuture<T> scan(Scan<T> scan) {
    if (ended != null) {
      return CompletableFuture.failedFuture(ended);
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    environment
        .readers()
        .run(scan)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else {
                // What the scan met may only be that its log was closed.
                result.completeExceptionally(ended != null ? ended : failure);
              }
            });
    return result;
  }

  private int maxRecordsBytes() {
    return environment.settings().limits().maxRecordsBytes();
  }

  /**
   * One source and its events.
   *
   * @param count its events
   * @param firstSeenMicros smallest event time
   * @param lastSeenMicros largest event time
   */
  public record SourceSummary(
      String source, long count, long firstSeenMicros, long lastSeenMicros) {}

  /** Counters since the partition was opened. Any thread; each is exact, together they are not. */
  public Counters counters() {
    return traffic.counters();
  }

  /** Events and bytes of batches that were stored, and that were delivered to subscribers. */
  public record Counters(long eventsIn, long bytesIn, long eventsOut, long bytesOut) {}

  /** The topic's settings have changed. Any thread. */
  void alter(TopicSettings changed) {
    retention.alter(changed);
    log.alter(changed.logSettings());
  }

  /**
   * Drops what the topic's settings do not keep, in the background. Any thread.
   *
   * <p>What is known of producers comes back from a checkpoint and the batches after it, so that a
   * checkpoint must cover those that are dropped. Where none can be saved, what the last one covers
   * is dropped all the same: on a full disk, that makes room.
   */
  void retain() {
    if (retention.keepsAll()) {
      return;
    }
    tellOwner(() -> appends.checkpoint().thenRun(retention::request));
  }

  /**
   * Stops serving, forces what is stored, answers who waits, leaves a checkpoint and closes the
   * log. Any thread, once; the future completes when the log is closed.
   *
   * @param cause what subscribers and later callers are told
   */
  CompletableFuture<Void> close(BrokerException cause) {
    return onOwner(() -> endOrderly(cause))
        .thenCompose(ignored -> durability.settle(log.offsets().end()))
        .thenCompose(ignored -> stopBackgroundWork())
        .thenCompose(ignored -> onOwner(() -> appends.settle(cause)))
        .thenRunAsync(log::close, environment.flusher().pool());
  }

  /**
   * As {@link #close}, for a log that will be deleted: nobody waits for it to be forced. It is
   * closed where nobody waits either, for others go on meanwhile.
   */
  CompletableFuture<Void> abandon(BrokerException cause) {
    return onOwner(() -> endAtOnce(cause))
        .thenCompose(ignored -> stopBackgroundWork())
        .thenCompose(ignored -> onOwner(() -> appends.settle(cause)))
        .thenRunAsync(log::close, environment.background());
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
    ended = cause;
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
      // The owner's thread has ended: nobody else changes this partition any more.
      task.run();
      return CompletableFuture.completedFuture(null);
    }
  }
}
