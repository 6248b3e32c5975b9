package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchCheck;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches into a log: checked, compared with what their producer sent before, stamped with
 * offset and time, stored. Owner thread.
 */
final class LogWriter {

  /** A clock that is corrected by less is not worth a word. */
  private static final long CLOCK_TOLERANCE_MICROS = 60_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final PartitionLog log;
  private final DerivedState derived;
  private final Durability durability;
  private final Traffic traffic;
  private final PartitionEnvironment environment;
  private final BatchCheck check;

  /** What the checkpoint that the log was opened with covers, if that is everything. */
  private final long coveredAtOpening;

  private long end;

  /** At most {@link #end}, and less only where the engine stores later. */
  private long stored;

  private long bytesSinceCheckpoint;
  private boolean toldOfClock;

  LogWriter(
      PartitionLog log,
      DerivedState derived,
      Durability durability,
      Traffic traffic,
      PartitionEnvironment environment) {
    this.log = log;
    this.derived = derived;
    this.durability = durability;
    this.traffic = traffic;
    this.check = environment.check();
    this.environment = environment;
    LogOffsets offsets = log.offsets();
    this.end = offsets.end();
    this.stored = offsets.stored();
    this.bytesSinceCheckpoint = derived.replayedBytes();
    this.coveredAtOpening = derived.replayedBytes() == 0 ? end : -1;
  }

  /** One past the last offset appended. */
  long end() {
    return end;
  }

  /** One past the last offset stored. */
  long stored() {
    return stored;
  }

  /** What is durable is stored. */
  void durableAdvanced(long durable) {
    stored = Math.max(stored, durable);
  }

  /**
   * Stores the batch unless it is stored already; says where it stands.
   *
   * @throws io.millrace.protocol.record.InvalidBatchException if it breaks the format
   * @throws BrokerException if its sequences do not follow
   * @throws StorageException {@code DISK_FULL} with nothing changed, else the log is in doubt
   */
  StoredBatch store(ByteBuffer batch) {
    long beganNanos = System.nanoTime();
    check.check(batch);
    int at = batch.position();
    StoredBatch known = derived.producers().find(batch, at);
    if (known != null) {
      return known;
    }
    long baseOffset = end;
    long appendTime = appendTime();
    BatchHeader.stamp(batch, at, baseOffset, appendTime, durability.durable(), log.epoch());
    append(batch, at);
    int events = BatchHeader.recordCount(batch, at);
    int bytes = batch.remaining();
    traffic.in(events, bytes);
    environment.observer().appended(events, bytes, System.nanoTime() - beganNanos);
    bytesSinceCheckpoint += bytes;
    if (bytesSinceCheckpoint >= environment.settings().checkpointBytes()) {
      checkpoint();
    }
    return new StoredBatch(baseOffset, end, appendTime);
  }

  /** Never goes back, however the clock is put. */
  private long appendTime() {
    long now = environment.nowMicros();
    long newest = derived.newestAppendTimeMicros();
    if (now < newest - CLOCK_TOLERANCE_MICROS && !toldOfClock) {
      toldOfClock = true;
      LOG.warn(
          "event=clock_behind_log log={} seconds={} reason=\"the clock is behind the newest append"
              + " time; until it has caught up, events are stamped with that and kept so much"
              + " longer\"",
          log.id(),
          (newest - now) / 1_000_000);
    }
    return Math.max(newest, now);
  }

  /**
   * Lets this opening of a named producer append, and none before it.
   *
   * @return the last sequence that is stored of the producer; -1 if there is none
   */
  long openProducer(NamedProducers.Opening opening) {
    NamedSequences named = derived.producers().named();
    named.open(opening.id(), opening.epoch());
    return named.last(opening.id());
  }

  /**
   * Whatever goes wrong while a log is written leaves the log in doubt, or what is known of it, and
   * so fails it.
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

  /**
   * Has a checkpoint taken, unless the last one that was saved covers everything.
   *
   * @return completes when it is saved or could not be
   */
  CompletableFuture<Void> checkpoint() {
    if (Math.max(coveredAtOpening, durability.checkpointed()) == end) {
      return CompletableFuture.completedFuture(null);
    }
    bytesSinceCheckpoint = 0;
    return durability.checkpoint(end, derived.encode(end));
  }
}
