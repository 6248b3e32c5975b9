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
 * Finds the first event, by offset, whose event time is at least the one asked for. The index of
 * the log leads to the batch, and the records of the batch to the event. One step reads one batch;
 * there is a second step only if retention has dropped the batch in between.
 */
final class TimeSeek implements Scan<Long> {

  private final PartitionLog log;
  private final long eventTimeMicros;
  private final long limit;
  private final StoredRecords records;

  /**
   * @param limit end of the search, and the result if there is no such event
   */
  TimeSeek(PartitionLog log, long eventTimeMicros, long limit, int maxRecordsBytes) {
    this.log = log;
    this.eventTimeMicros = eventTimeMicros;
    this.limit = limit;
    this.records = new StoredRecords(log.id(), maxRecordsBytes);
  }

  @Override
  public CompletionStage<Long> step(Executor pool) {
    long baseOffset = log.firstBatchAtOrAfter(eventTimeMicros, limit);
    if (baseOffset >= limit) {
      return CompletableFuture.completedStage(limit);
    }
    return PartitionReader.afterRead(
        PartitionReader.readOnce(log, baseOffset, 1, limit, Runnable::run),
        (slice, failure) -> failure == null ? firstIn(slice) : lookAgain(baseOffset, failure),
        pool);
  }

  /** Null if retention has dropped the batch: the next step searches again. */
  private Long lookAgain(long baseOffset, Throwable failure) {
    if (StageFailure.cause(failure) instanceof StorageException e
        && e.code() == ErrorCode.OFFSET_OUT_OF_RANGE
        && baseOffset < log.offsets().start()) {
      return null;
    }
    throw StageFailure.unchecked(failure);
  }

  private long firstIn(LogSlice lease) {
    if (lease == null) {
      return limit;
    }
    try (lease) {
      return firstIn(lease.buffer());
    }
  }

  private long firstIn(ByteBuffer batch) {
    records.open(batch, batch.position());
    while (records.next()) {
      if (records.eventTimeMicros() >= eventTimeMicros) {
        return records.offset();
      }
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
