package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchReader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One partition: its log, appends, subscriptions and retention. One owner thread changes it.
 *
 * <p>When the log fails with {@code FENCED}, the partition opens it again by itself, as it does if
 * the log could not be opened for lack of a resource. Until then it refuses with that code; its
 * subscriptions stay, and continue at their cursor. If a subscription with isolation {@code latest}
 * has read past the end of the log that was opened again, the events there are lost, and it ends
 * with {@code OFFSET_OUT_OF_RANGE}. Every other failure is final.
 *
 * <p>An append is checked, compared with the earlier batches of its producer, stamped and stored.
 * It is answered when it has reached the requested ack level.
 */
public final class Partition {

  private final LastingParts lasting;
  private final boolean internal;
  private final ServedLog served;
  private final PartitionEnd end;

  Partition(LastingParts lasting, ServedLog served, PartitionEnd end) {
    this.lasting = lasting;
    this.internal = TopicName.isInternal(lasting.name().topic());
    this.served = served;
    this.end = end;
  }

  /** The id of the log: topic and index. Any thread. */
  public LogId id() {
    return lasting.name().log();
  }

  /** The owner, on whose thread the partition appends and delivers. Any thread. */
  public PartitionOwner owner() {
    return lasting.owner();
  }

  /**
   * Checks, stamps and appends a client's batch. Owner thread only. A partition of an internal
   * topic refuses it with {@code INVALID_TOPIC_NAME}.
   *
   * @param batch little-endian and writable, from position to limit; the header is stamped in
   *     place. Does not take ownership: the bytes are copied before this method returns.
   * @param secret as the client has sent it. A batch with a producer id is refused with {@code
   *     UNKNOWN_PRODUCER} if the broker has not given the id, the epoch and this secret together.
   *     For a batch without a producer id, {@link ProducerSecret#NONE}
   * @param callback receives exactly one receipt or refusal, on the owner's thread: before this
   *     method returns, or, with {@code SYNCED}, when the batch is on disk. A batch that is stored
   *     already gets its first receipt again
   */
  public void append(
      ByteBuffer batch, ProducerSecret secret, AckLevel ack, AppendCallback callback) {
    if (internal) {
      served.owned().appends().refuse(TopicName.internal(lasting.name().topic()), callback);
      return;
    }
    appendUnguarded(batch, secret, ack, callback);
  }

  /**
   * As {@link #append}, for the broker's own batches, which have no producer id. Works in every
   * topic.
   */
  void appendInternal(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    appendUnguarded(batch, ProducerSecret.NONE, ack, callback);
  }

  private void appendUnguarded(
      ByteBuffer batch, ProducerSecret secret, AckLevel ack, AppendCallback callback) {
    assert lasting.owner().isOwnerThread() : Thread.currentThread();
    served.owned().appends().append(batch, secret, ack, callback);
  }

  /**
   * Accepts the appends of this opening of a named producer, and refuses those of earlier openings.
   * Any thread.
   *
   * @return completes with the last stored sequence of the producer, when that event is on disk; -1
   *     if there is none. Fails with {@link BrokerException}
   */
  CompletableFuture<Long> openProducer(NamedProducers.Opening opening) {
    CompletableFuture<Long> lastSequence = new CompletableFuture<>();
    lasting.onOwner(() -> served.owned().appends().openProducer(opening, lastSequence));
    return lastSequence;
  }

  /**
   * Subscribes. Owner thread only. The first {@link Subscription#resume()} starts the delivery.
   *
   * @throws BrokerException {@code OFFSET_OUT_OF_RANGE}, {@code LIMIT_REACHED}, {@code
   *     INVALID_SOURCE}, or the reason why the partition cannot be read
   */
  public Subscribed subscribe(SubscriptionSpec spec, SubscriptionSink sink) {
    assert lasting.owner().isOwnerThread() : Thread.currentThread();
    served.owned().reads().requireOpen();
    try {
      return lasting.subscriptions().subscribe(spec, sink);
    } catch (StorageException e) {
      throw BrokerException.of(lasting.name(), e);
    }
  }

  /**
   * A new subscription and its position.
   *
   * @param startOffset first offset that the subscriber wants; the first batch may begin before it
   * @param offsets the offsets of the log at that moment
   */
  public record Subscribed(Subscription subscription, long startOffset, LogOffsets offsets) {}

  /** The offsets of the log now. Any thread. */
  public LogOffsets offsets() {
    return served.now().log().offsets();
  }

  /**
   * Stands for the present opening of the log: another object after the log was opened again. Any
   * thread.
   */
  Object opening() {
    return served.now();
  }

  /** Bytes of the batches that the log keeps. Any thread. */
  public long sizeBytes() {
    return served.now().log().sizeBytes();
  }

  /** The findings and actions of the opening of the log. Any thread. */
  public RecoveryReport recovery() {
    return served.now().log().recovery();
  }

  /** The damaged offsets, ascending; usually none. All others are served. Any thread. */
  public List<DamagedOffsets> damage() {
    return served.now().log().damage();
  }

  /**
   * The reason why the partition takes no appends, or null. With the code {@code FENCED}, {@code
   * RESOURCES_EXHAUSTED} or {@code DISK_FULL} the partition is opening its log again; any other
   * reason lasts until the broker is restarted. Any thread.
   */
  public BrokerException failure() {
    return served.now().appends().failure();
  }

  /**
   * The refusal of the newest append or fsync, if it was for lack of a resource: {@code DISK_FULL}
   * or {@code RESOURCES_EXHAUSTED}. The log is open and has not failed. Null after a success, and a
   * minute after the last refusal. Any thread.
   */
  public BrokerException shortage() {
    return served.now().appends().shortage();
  }

  /**
   * Finds the first record, by offset, whose event time is at least {@code micros}. If there are
   * damaged offsets before it whose event times are unknown, finds the first of these. Any thread;
   * a reader thread does the search.
   *
   * @param micros microseconds since 1970-01-01T00:00Z
   * @return completes with the offset, or with the visible end if there is neither. Fails with
   *     {@link BrokerException}
   */
  public CompletableFuture<Long> offsetForTime(long micros, IsolationLevel isolation) {
    return served.now().reads().offsetForTime(micros, isolation);
  }

  /**
   * Begins to add the sources of the visible events, from the position of the list on, to the list.
   * Any thread.
   *
   * @return a scan whose result is the same list
   * @throws BrokerException if the partition cannot be read
   */
  Scan<SourceList> sourceScan(IsolationLevel isolation, SourceList found) {
    OpeningParts now = served.now();
    return now.reads().sourceScan(isolation, found, now.appends().failure());
  }

  /**
   * Where the durable events end, compared with the position of a list of sources. Any thread.
   *
   * @throws BrokerException if nothing is read from the partition any more
   */
  Progress progress(long position) {
    OpeningParts now = served.now();
    now.reads().requireOpen();
    long end = now.reads().visibleEnd(IsolationLevel.DURABLE);
    if (end < position && now.appends().failure() == null) {
      return Progress.BEYOND_END;
    }
    return end == position && now.appends().failure() == null ? Progress.AT_END : Progress.BEHIND;
  }

  /** Where a position is, compared with the end of the durable events. */
  enum Progress {
    BEHIND,
    AT_END,
    /** The position belongs to another log: this one is shorter. */
    BEYOND_END
  }

  /**
   * Deletes the events below an offset. Any thread; a background thread does the work. The space is
   * freed afterwards, in whole segments. A subscription whose next offset is below the new start
   * ends with {@code OFFSET_OUT_OF_RANGE} at its next read, as if retention had overtaken it.
   *
   * @param offset at most the durable offset. An offset below the start deletes nothing
   * @return completes with the start offset of the log, when it is on disk. Fails with {@link
   *     BrokerException}: {@code OFFSET_OUT_OF_RANGE}, {@code INVALID_TOPIC_NAME} for an internal
   *     topic, or the reason why the log cannot be changed
   */
  public CompletableFuture<Long> deleteBefore(long offset) {
    if (internal) {
      return CompletableFuture.failedFuture(TopicName.internal(lasting.name().topic()));
    }
    return deleteBeforeInternal(offset);
  }

  /** As {@link #deleteBefore}, for the broker's own events. Works in every topic. */
  CompletableFuture<Long> deleteBeforeInternal(long offset) {
    CompletableFuture<Long> start = served.now().retention().deleteBefore(offset);
    start.thenRun(() -> lasting.tellOwner(() -> dropOld(served.owned())));
    return start;
  }

  /**
   * Reads one slice: the batches from the one that contains {@code offset}. Any thread. Completes
   * at once if the bytes are in memory, else on the thread that has loaded them.
   *
   * @param offset the offset to read, between the start and the end of the log
   * @param maxBytes most bytes, unless the first batch is larger
   * @return a lease that the caller closes; its batches are empty if no whole batch from the offset
   *     on is visible. Fails with {@link BrokerException}: {@code OFFSET_OUT_OF_RANGE}; {@code
   *     CORRUPT_LOG}, and if no range of {@link #damage} contains the offset, the log still looks
   *     for the damage: the same read may succeed later; or the reason why the partition cannot be
   *     read
   */
  public CompletableFuture<PartitionSlice> read(
      long offset, int maxBytes, IsolationLevel isolation) {
    return served.now().reads().read(offset, maxBytes, isolation);
  }

  /** Opens batches of the log with a reader that others use as well. Any thread. */
  StoredRecords records(BatchReader reader) {
    return served.now().reads().records(reader);
  }

  /**
   * Opens a cursor, for a caller that reads slice after slice. Any thread; reads nothing.
   *
   * @return closed by the caller
   */
  public FetchCursor openCursor() {
    return new FetchCursor(served);
  }

  /**
   * The counters since the partition was opened. Any thread. Each counter is exact, but they may
   * have been read at slightly different moments.
   */
  public Counters counters() {
    return lasting.metrics().counters();
  }

  /** Events and bytes of the stored batches (in) and of the delivered batches (out). */
  public record Counters(long eventsIn, long bytesIn, long eventsOut, long bytesOut) {}

  /** Takes over changed settings of the topic, on the owner's thread. Any thread; does not wait. */
  void alter(TopicSettings changed) {
    served.alter(changed);
  }

  /**
   * Drops, in the background, the batches that the topic's settings no longer keep, and forgets
   * silent producers. Any thread.
   *
   * <p>A restart restores the derived state from a checkpoint and the batches after it, so a
   * checkpoint must cover the dropped batches. If no checkpoint can be saved, retention drops what
   * the last checkpoint covers, because this frees space on a full disk.
   */
  void retain() {
    lasting.tellOwner(
        () -> {
          OpeningParts log = served.owned();
          log.appends().forgetSilentProducers();
          dropOld(log);
        });
  }

  private static void dropOld(OpeningParts log) {
    if (!log.retention().keepsAll()) {
      log.retention().sealExpired();
      log.appends().checkpoint().thenRun(log.retention()::request);
    }
  }

  /**
   * Closes the partition: refuses new work, fsyncs the stored batches, answers the appends that
   * wait, saves a checkpoint and closes the log. Any thread, one call.
   *
   * @param cause the refusal for subscribers and later callers
   * @return completes when the log is closed
   */
  CompletableFuture<Void> close(BrokerException cause) {
    return end.close(cause);
  }

  /**
   * As {@link #close}, for a log that will be deleted: its batches are not fsynced, and appends
   * that wait are refused. The log is closed in the background, because closing it may take long.
   */
  CompletableFuture<Void> abandon(BrokerException cause) {
    return end.abandon(cause);
  }
}
