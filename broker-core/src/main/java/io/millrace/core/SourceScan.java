package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Adds the events of a log to a list of sources, from the position of the list to an end that is
 * fixed when the scan is made. It skips damaged events, and notes their offsets in the list. One
 * step reads up to 4 MiB. After each step, also one that fails, the list has exactly the events
 * below its position.
 */
final class SourceScan implements Scan<SourceList> {

  private static final int STEP_BYTES = 4 * 1024 * 1024;

  private final PartitionLog log;
  private final long limit;
  private final StoredRecords records;
  private final SourceList found;
  private long position;

  /**
   * @param found gets the sources, and is the result
   */
  SourceScan(PartitionLog log, long limit, int maxRecordsBytes, SourceList found) {
    this.log = log;
    this.limit = limit;
    this.records = new StoredRecords(log, maxRecordsBytes);
    this.found = found;
    long start = log.offsets().start();
    this.position = Math.max(start, found.position(partition()));
    found.forgetSkippedBelow(partition(), start);
    found.reached(partition(), position);
  }

  private int partition() {
    return log.id().partition();
  }

  @Override
  public CompletionStage<SourceList> step(Executor pool) {
    return PartitionReader.afterRead(
        PartitionReader.readOnce(log, position, STEP_BYTES, limit, Runnable::run),
        (slice, failure) -> failure == null ? count(slice) : skip(failure),
        pool);
  }

  /** Continues after offsets that were dropped or are damaged. */
  private SourceList skip(Throwable failure) {
    if (StageFailure.cause(failure) instanceof StorageException e) {
      if (e.code() == ErrorCode.OFFSET_OUT_OF_RANGE && log.offsets().start() > position) {
        moveTo(log.offsets().start());
        return null;
      }
      if (e.code() == ErrorCode.CORRUPT_LOG && skipDamage()) {
        return position < limit ? null : found;
      }
    }
    throw StageFailure.unchecked(failure);
  }

  /**
   * Skips the damaged range at the position. False if the damage is not known yet: the engine is
   * checking the segment.
   */
  private boolean skipDamage() {
    for (DamagedOffsets range : log.damage()) {
      if (range.contains(position)) {
        long end = Math.min(range.endOffset(), limit);
        found.skip(partition(), position, end);
        moveTo(end);
        return true;
      }
    }
    return false;
  }

  private void moveTo(long offset) {
    position = offset;
    found.reached(partition(), offset);
  }

  /** Counts the events of a slice; at the end of the scan answers the list. */
  private SourceList count(LogSlice lease) {
    if (lease == null) {
      return found;
    }
    try (lease) {
      count(lease.buffer());
      position = lease.nextOffset();
      return null;
    } finally {
      found.reached(partition(), position);
    }
  }

  private void count(ByteBuffer batches) {
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      countBatch(batches, at);
    }
  }

  private void countBatch(ByteBuffer batches, int at) {
    try {
      records.open(batches, at);
      while (records.next()) {
        if (records.offset() >= position) { // the start may be inside the batch
          found.add(
              records.source(),
              records.eventTimeMicros(),
              records.appendTimeMicros(),
              partition(),
              records.sourceSequence());
          position = records.offset() + 1;
        }
      }
    } catch (BrokerException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      position = Math.max(position, BatchHeader.baseOffset(batches, at));
      found.skip(partition(), position, BatchHeader.nextOffset(batches, at));
      position = BatchHeader.nextOffset(batches, at);
    }
  }
}
