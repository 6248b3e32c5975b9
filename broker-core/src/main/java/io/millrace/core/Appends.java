package io.millrace.core;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Isolation;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The appends of one partition: each is taken or refused, and answered once, when it is as safe as
 * was asked. Those that wait for the disk are answered in the order in which they came. Owner
 * thread, unless a method says otherwise.
 *
 * <p>After a failure of the log nothing is taken any more until the partition is reopened, and who
 * waits for what is not on disk is refused: what became of it is not known.
 */
final class Appends {

  private static final Logger LOG = LoggerFactory.getLogger(Appends.class);

  private final LogId id;
  private final LogWriter writer;
  private final Durability durability;
  private final Subscriptions subscriptions;
  private final BrokerObserver observer;
  private final PendingAcks pendingAcks = new PendingAcks();

  /** Why nothing is taken any more, though the log may be whole. */
  private BrokerException ended;

  /** Why nothing is taken until the partition is reopened; written by the owner. */
  private volatile BrokerException failure;

  Appends(
      LogId id,
      LogWriter writer,
      Durability durability,
      Subscriptions subscriptions,
      BrokerObserver observer) {
    this.id = id;
    this.writer = writer;
    this.durability = durability;
    this.subscriptions = subscriptions;
    this.observer = observer;
  }

  /** As {@link Partition#append}. */
  void append(ByteBuffer batch, AckLevel ack, AppendCallback callback) {
    StoredBatch stored;
    try {
      stored = store(batch, ack);
    } catch (RuntimeException | Error e) {
      BrokerException refusal = refusal(e);
      observer.refused(refusal);
      answerRefusal(refusal, ack, callback);
      return;
    }
    answer(stored, ack, callback);
  }

  /** Refuses a batch without a look at it. */
  void refuse(BrokerException cause, AppendCallback callback) {
    observer.refused(cause);
    callback.refused(cause);
  }

  private void answerRefusal(BrokerException refusal, AckLevel ack, AppendCallback callback) {
    if (refusal.code() == ErrorCode.DUPLICATE_SEQUENCE) {
      // It says that the batch is stored, and so promises as much as a receipt.
      answerForAll(ack, () -> callback.refused(refusal), callback::refused);
    } else {
      callback.refused(refusal);
    }
  }

  /** Answers when all that is stored by now is as safe as was asked. */
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

  private StoredBatch store(ByteBuffer batch, AckLevel ack) {
    requireTaking();
    long before = writer.stored();
    if (ack == AckLevel.SYNCED || (ack == AckLevel.STORED && before < writer.end())) {
      pendingAcks.requireRoom();
    }
    StoredBatch stored = writer.store(batch);
    if (writer.stored() != before) {
      subscriptions.wake(Isolation.LATEST);
    }
    return stored;
  }

  private void answer(StoredBatch stored, AckLevel ack, AppendCallback callback) {
    if (ack != AckLevel.SYNCED) {
      durability.forceSoon();
      if (ack == AckLevel.STORED && stored.nextOffset() > writer.stored()) {
        // This engine stores later, and says so when it is durable.
        pendingAcks.add(
            stored.nextOffset(), stored.baseOffset(), stored.appendTimeMicros(), callback);
        return;
      }
    } else if (stored.nextOffset() > durability.durable() || !pendingAcks.isEmpty()) {
      // Also behind those whose force is over and whose answer is on its way here: in order.
      pendingAcks.add(
          stored.nextOffset(), stored.baseOffset(), stored.appendTimeMicros(), callback);
      durability.forceNow();
      return;
    }
    callback.appended(stored.baseOffset(), stored.appendTimeMicros());
  }

  private void requireTaking() {
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
      BrokerException refusal = BrokerException.of(refused);
      if (refused.code() != ErrorCode.DISK_FULL) {
        fail(refusal);
      }
      return refusal;
    }
    LOG.error("event=append_failed partition={}", id, cause);
    return new BrokerException(
        ErrorCode.INTERNAL,
        "appending to partition " + id + " failed in the broker (" + cause + "); see its log",
        cause);
  }

  /** As {@link Partition#openProducer}. */
  void openProducer(NamedProducers.Opening opening, CompletableFuture<Long> lastSequence) {
    try {
      requireTaking();
      pendingAcks.requireRoom();
      long last = writer.openProducer(opening);
      // Like a batch sent again: what stands behind the answer is on disk before it is given.
      answerForAll(
          AckLevel.SYNCED, () -> lastSequence.complete(last), lastSequence::completeExceptionally);
    } catch (BrokerException e) {
      lastSequence.completeExceptionally(e);
    }
  }

  /** More is on disk: answers who waited for it. */
  void durableAdvanced() {
    long durable = durability.durable();
    long before = writer.stored();
    writer.durableAdvanced(durable);
    try {
      pendingAcks.complete(durable);
    } finally {
      if (writer.stored() != before) {
        subscriptions.wake(Isolation.LATEST);
      }
    }
  }

  /** Saves what is known of the log, unless nothing is taken; completes when that is over. */
  CompletableFuture<Void> checkpoint() {
    return ended == null && failure == null
        ? writer.checkpoint()
        : CompletableFuture.completedFuture(null);
  }

  /** Why nothing is taken until the partition is reopened, or null. Any thread. */
  BrokerException failure() {
    return failure;
  }

  /** The log has failed. What is durable was not touched, and is answered. */
  void fail(BrokerException cause) {
    if (failure == null) {
      failure = cause;
      LOG.error("event=partition_failed partition={}", id, cause);
    }
    settle(cause);
  }

  /** The log could not be opened: nothing is ever taken. */
  void unavailable(BrokerException cause) {
    failure = cause;
  }

  /** Takes nothing more. Who waits goes on waiting. */
  void end(BrokerException cause) {
    ended = cause;
  }

  /** Has forced what was taken, and a checkpoint saved, before the forces are stopped. */
  void finish() {
    if (failure == null) {
      writer.checkpoint();
      durability.forceNow();
    }
  }

  /** Refuses who waits, whatever becomes of it. */
  void refuseWaiting(BrokerException cause) {
    pendingAcks.refuse(cause);
  }

  /** No force is to come: answers who waited for what is durable, and refuses all others. */
  void settle(BrokerException cause) {
    pendingAcks.complete(durability.durable());
    pendingAcks.refuse(cause);
  }
}
