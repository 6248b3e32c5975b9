package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchCheck;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * The writer of a log: checks a batch, compares it with the earlier batches of its producer, stamps
 * it with offset and time, and stores it. Owner thread.
 */
final class LogWriter {

  private final PartitionLog log;
  private final DerivedState derived;
  private final Checkpoints checkpoints;
  private final Durability durability;
  private final BatchCheck check;
  private final AppendClock clock;
  private long end;

  /** At most {@link #end}; less only if the engine stores a batch after the append. */
  private long stored;

  LogWriter(
      PartitionLog log,
      Checkpoints checkpoints,
      Durability durability,
      BatchCheck check,
      AppendClock clock) {
    this.log = log;
    this.derived = checkpoints.derived();
    this.checkpoints = checkpoints;
    this.durability = durability;
    this.check = check;
    this.clock = clock;
    LogOffsets offsets = log.offsets();
    this.end = offsets.end();
    this.stored = offsets.stored();
  }

  /** One past the last offset appended. */
  long end() {
    return end;
  }

  /** One past the last offset stored. */
  long stored() {
    return stored;
  }

  /** The durable offset has moved; durable batches are stored. */
  void durableAdvanced(long durable) {
    stored = Math.max(stored, durable);
  }

  /**
   * Stores the batch, unless it is stored already.
   *
   * @param secret the proof of the batch's producer id and epoch
   * @return the position of the batch, new or old
   * @throws io.millrace.protocol.record.InvalidBatchException if the batch breaks the format
   * @throws BrokerException if the secret is not that of the producer, or if the sequences do not
   *     follow those that the producer has stored
   * @throws StorageException {@link StorageException#isShortage for a shortage} with nothing
   *     changed; with any other code, the batch may or may not be in the log
   */
  StoredBatch store(ByteBuffer batch, ProducerSecret secret) {
    check.check(batch);
    int at = batch.position();
    StoredBatch known = derived.producers().find(batch, at, secret);
    if (known != null) {
      return known;
    }
    long baseOffset = end;
    long appendTime = clock.next(derived.newestAppendTimeMicros());
    BatchHeader.stamp(batch, at, baseOffset, appendTime, durability.durable(), log.epoch());
    append(batch, at);
    return new StoredBatch(baseOffset, end, appendTime);
  }

  /**
   * A batch was stored: takes a checkpoint if one is due.
   *
   * @param bytes length of the batch
   */
  void checkpointIfDue(int bytes) {
    checkpoints.appended(bytes, end);
  }

  /**
   * Takes a checkpoint, unless the last one that was saved covers everything.
   *
   * @return completes when the checkpoint is saved or cannot be saved
   */
  CompletableFuture<Void> checkpoint() {
    return checkpoints.take(end);
  }

  /** Forgets the producers that were silent for long. */
  void forgetSilentProducers() {
    derived.producers().forgetSilent();
  }

  /** Gives the memory of the derived state back. No batch is stored after that. */
  void release() {
    derived.close();
  }

  /**
   * Accepts the appends of this opening of a named producer, and refuses those of earlier openings.
   *
   * @return the last stored sequence of the producer; -1 if there is none
   */
  long openProducer(NamedProducers.Opening opening) {
    NamedSequences named = derived.producers().named();
    named.open(opening.id(), opening.epoch());
    return named.last(opening.id());
  }

  /**
   * Appends a stamped batch. Every exception except a shortage fails the log, because the log or
   * its derived state may then be wrong.
   */
  private void append(ByteBuffer batch, int at) {
    try {
      stored = log.append(batch);
      moveEndTo(BatchHeader.nextOffset(batch, at));
      derived.add(batch, at);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "writing to log "
              + log.id()
              + " failed ("
              + e
              + "); restart the broker to have the log checked",
          e);
    }
  }

  private void moveEndTo(long next) {
    if (next <= end) {
      throw new IllegalStateException("the end would go from " + end + " to " + next);
    }
    end = next;
  }
}
