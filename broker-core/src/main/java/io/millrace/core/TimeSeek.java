package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Finds the first offset at which an event may be whose event time is at least the one asked for.
 * Usually that is the event: the index of the log leads to the batch, and the records of the batch
 * to the event. If there is damage before the event whose event times nobody knows, it is the first
 * damaged offset, so that a reader that begins there meets the damage. One step reads one batch.
 * There is a second step only if the batch was dropped in between, or if only events below the
 * start match in a batch that contains the start.
 */
final class TimeSeek implements Scan<Long> {

  private final PartitionLog log;
  private final long eventTimeMicros;
  private final long limit;
  private final StoredRecords records;

  /** Events below this offset do not count. */
  private long from;

  /**
   * @param limit end of the search, and the result if there is no such event
   */
  TimeSeek(PartitionLog log, long eventTimeMicros, long limit, int maxRecordsBytes) {
    this.log = log;
    this.eventTimeMicros = eventTimeMicros;
    this.limit = limit;
    this.records = new StoredRecords(log, maxRecordsBytes);
    this.from = log.offsets().start();
  }

  @Override
  public CompletionStage<Long> step(Executor pool) {
    long baseOffset = log.firstBatchAtOrAfter(eventTimeMicros, from, limit);
    if (baseOffset >= limit) {
      return CompletableFuture.completedStage(limit);
    }
    long first = Math.max(baseOffset, from);
    if (log.damage().stream().anyMatch(range -> range.contains(first))) {
      return CompletableFuture.completedStage(first);
    }
    return PartitionReader.afterRead(
        PartitionReader.readOnce(log, first, 1, limit, Runnable::run),
        (slice, failure) -> failure == null ? firstIn(slice) : lookAgain(first, failure),
        pool);
  }

  /** Null if the batch was dropped, or its first events deleted: the next step searches again. */
  private Long lookAgain(long first, Throwable failure) {
    long start = log.offsets().start();
    if (StageFailure.cause(failure) instanceof StorageException e
        && e.code() == ErrorCode.OFFSET_OUT_OF_RANGE
        && first < start) {
      from = start;
      return null;
    }
    throw StageFailure.unchecked(failure);
  }

  private Long firstIn(LogSlice lease) {
    if (lease == null) {
      return limit;
    }
    try (lease) {
      return firstIn(lease.buffer());
    }
  }

  /** Null if only events match that do not count: the next step searches the later batches. */
  private Long firstIn(ByteBuffer batch) {
    records.open(batch, batch.position());
    while (records.next()) {
      if (records.offset() >= from && records.eventTimeMicros() >= eventTimeMicros) {
        return records.offset();
      }
    }
    if (BatchHeader.baseOffset(batch, batch.position()) < from) {
      from = BatchHeader.nextOffset(batch, batch.position());
      return null;
    }
    throw new IllegalStateException(
        "the batch at offset "
            + BatchHeader.baseOffset(batch, batch.position())
            + " of log "
            + log.id()
            + " says it has an event at "
            + eventTimeMicros
            + " or later, and has none");
  }
}
