package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The appends of one partition. Each append is stored or refused, and gets one answer: a refusal,
 * or a receipt when it has reached the requested ack level. Appends that wait for the disk are
 * answered in the order of their arrival. Owner thread, unless a method says otherwise.
 *
 * <p>After a failure of the log, every append is refused until the log is opened again. Appends
 * that wait for the disk at that moment are refused as well: each of them may or may not be stored.
 */
final class AppendQueue {

  private static final Logger LOG = LoggerFactory.getLogger(AppendQueue.class);

  private final PartitionName name;
  private final LogWriter writer;
  private final Durability durability;
  private final Subscriptions subscriptions;
  private final PartitionMetrics metrics;
  private final PendingAcks pendingAcks;

  /** The refusal of new appends after the end of the partition; null before. */
  private BrokerException ended;

  /** The failure of the log, or null. Written by the owner. */
  private volatile BrokerException failure;

  private final ResourceShortage shortage = new ResourceShortage();

  AppendQueue(
      PartitionName name,
      LogWriter writer,
      Durability durability,
      Subscriptions subscriptions,
      PartitionMetrics metrics) {
    this.name = name;
    this.pendingAcks = new PendingAcks(name);
    this.writer = writer;
    this.durability = durability;
    this.subscriptions = subscriptions;
    this.metrics = metrics;
  }

  /** As {@link Partition#append}. */
  void append(ByteBuffer batch, ProducerSecret secret, AckLevel ack, AppendCallback callback) {
    StoredBatch stored;
    try {
      stored = store(batch, secret, ack);
    } catch (RuntimeException | Error e) {
      BrokerException refusal = refusal(e);
      metrics.refused(refusal);
      answerRefusal(refusal, ack, callback);
      return;
    }
    shortage.over();
    answer(stored, ack, callback);
  }

  /** Refuses a batch without checking it. */
  void refuse(BrokerException cause, AppendCallback callback) {
    metrics.refused(cause);
    callback.refused(cause);
  }

  private void answerRefusal(BrokerException refusal, AckLevel ack, AppendCallback callback) {
    if (refusal.code() == ErrorCode.DUPLICATE_SEQUENCE) {
      // It says that the batch is stored, so it waits for the ack level as a receipt does.
      answerForAll(ack, () -> callback.refused(refusal), callback::refused);
    } else {
      callback.refused(refusal);
    }
  }

  /** Answers when every batch in the log has reached the ack level. */
  private void answerForAll(AckLevel ack, Runnable safe, Consumer<BrokerException> refused) {
    answer(
        new StoredBatch(writer.end(), writer.end(), 0),
        ack,
        new AppendCallback() {
          @Override
          public void appended(long baseOffset, long appendTimeMicros) {
            safe.run();
          }

          @Override
          public void refused(BrokerException cause) {
            refused.accept(cause);
          }
        });
  }

  private StoredBatch store(ByteBuffer batch, ProducerSecret secret, AckLevel ack) {
    long beganNanos = System.nanoTime();
    requireOpen();
    long end = writer.end();
    long storedEnd = writer.stored();
    if (ack == AckLevel.SYNCED || (ack == AckLevel.STORED && storedEnd < end)) {
      pendingAcks.requireRoom();
    }
    StoredBatch stored = writer.store(batch, secret);
    if (writer.end() != end) {
      int events = BatchHeader.recordCount(batch, batch.position());
      metrics.appended(events, batch.remaining(), System.nanoTime() - beganNanos);
      writer.checkpointIfDue(batch.remaining());
    }
    if (writer.stored() != storedEnd) {
      subscriptions.wake(IsolationLevel.LATEST);
    }
    return stored;
  }

  private void answer(StoredBatch stored, AckLevel ack, AppendCallback callback) {
    if (ack != AckLevel.SYNCED) {
      durability.forceSoon();
      if (ack == AckLevel.STORED && stored.nextOffset() > writer.stored()) {
        // This engine has not stored the batch yet. The batch counts as stored when it is durable.
        pendingAcks.add(
            stored.nextOffset(), stored.baseOffset(), stored.appendTimeMicros(), callback);
        return;
      }
    } else if (stored.nextOffset() > durability.durable() || !pendingAcks.isEmpty()) {
      // Earlier appends may be durable and not answered yet. This append waits for them, so that
      // answers keep their order.
      pendingAcks.add(
          stored.nextOffset(), stored.baseOffset(), stored.appendTimeMicros(), callback);
      durability.forceNow();
      return;
    }
    callback.appended(stored.baseOffset(), stored.appendTimeMicros());
  }

  private void requireOpen() {
    if (ended != null) {
      throw ended;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private BrokerException refusal(Throwable cause) {
    if (cause instanceof BrokerException refusal) {
      return refusal;
    }
    if (cause instanceof InvalidBatchException invalid) {
      return new BrokerException(invalid.code(), invalid.getMessage(), invalid);
    }
    if (cause instanceof StorageException refused) {
      BrokerException refusal = BrokerException.of(name, refused);
      if (refused.isShortage()) {
        refusedForShortage(refusal);
      } else {
        fail(refusal);
        durability.appendFailed(refusal);
      }
      return refusal;
    }
    LOG.error("event=append_failed partition={}", name.log(), cause);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "appending to " + name + " failed in the broker; see its log (event=append_failed)",
        cause);
  }

  /** The log has changed nothing: the next append may succeed. */
  private void refusedForShortage(BrokerException refusal) {
    // For a full disk there is one log event, of the whole disk.
    if (shortage.refused(refusal) && refusal.code() != ErrorCode.DISK_FULL) {
      LOG.warn(
          "event=appends_refused partition={} code={} reason=\"{}\"",
          name.log(),
          refusal.code(),
          refusal.getMessage());
    }
  }

  /** As {@link Partition#openProducer}. */
  void openProducer(NamedProducers.Opening opening, CompletableFuture<Long> lastSequence) {
    try {
      requireOpen();
      pendingAcks.requireRoom();
      long last = writer.openProducer(opening);
      // The event of the last sequence must be on disk before the answer.
      answerForAll(
          AckLevel.SYNCED, () -> lastSequence.complete(last), lastSequence::completeExceptionally);
    } catch (BrokerException e) {
      lastSequence.completeExceptionally(e);
    }
  }

  /** The durable offset has moved: answers the appends that it covers. */
  void durableAdvanced() {
    long durable = durability.durable();
    long before = writer.stored();
    writer.durableAdvanced(durable);
    try {
      pendingAcks.complete(durable);
    } finally {
      if (writer.stored() != before) {
        subscriptions.wake(IsolationLevel.LATEST);
      }
    }
  }

  /**
   * Takes a checkpoint, unless appends are refused.
   *
   * @return completes when the checkpoint is saved or cannot be saved
   */
  CompletableFuture<Void> checkpoint() {
    return ended == null && failure == null
        ? writer.checkpoint()
        : CompletableFuture.completedFuture(null);
  }

  /** The failure of the log, or null. Any thread. */
  BrokerException failure() {
    return failure;
  }

  /** As {@link Partition#shortage}. */
  BrokerException shortage() {
    BrokerException ofAppends = shortage.cause();
    return ofAppends != null ? ofAppends : durability.shortage();
  }

  /** The log has failed: answers the appends that are durable, and refuses all others. */
  void fail(BrokerException cause) {
    if (failure == null) {
      failure = cause;
      if (cause.code() != ErrorCode.FENCED) { // ServedLog reports that one
        LOG.error("event=partition_failed partition={}", name.log(), cause);
      }
    }
    settle(cause);
  }

  /** The log is not open: refuses every append. */
  void unavailable(BrokerException cause) {
    failure = cause;
  }

  /** Refuses new appends. Appends that wait still get their answers. */
  void end(BrokerException cause) {
    ended = cause;
  }

  /** Requests the last fsync and the last checkpoint. Called before {@link Durability#stop}. */
  void finish() {
    if (failure == null) {
      writer.checkpoint();
      durability.forceNow();
    }
  }

  /** Forgets the producers that were silent for long, unless appends are refused. */
  void forgetSilentProducers() {
    if (ended == null && failure == null) {
      writer.forgetSilentProducers();
    }
  }

  /** Gives memory back, when no batch will be appended any more. */
  void release() {
    writer.release();
  }

  /** Refuses every append that waits. */
  void refuseWaiting(BrokerException cause) {
    pendingAcks.refuse(cause);
  }

  /** After the last fsync: answers the appends that are durable, and refuses all others. */
  void settle(BrokerException cause) {
    pendingAcks.complete(durability.durable());
    pendingAcks.refuse(cause);
  }
}
