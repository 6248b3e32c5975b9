package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Adds the events of a log to a list of sources, from the start of the log to an end that is fixed
 * when the scan is made. One step reads up to 4 MiB.
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
    this.records = new StoredRecords(log.id(), maxRecordsBytes);
    this.found = found;
    this.position = log.offsets().start();
  }

  @Override
  public CompletionStage<SourceList> step(Executor pool) {
    return PartitionReader.afterRead(
        PartitionReader.readOnce(log, position, STEP_BYTES, limit, Runnable::run),
        (slice, failure) -> failure == null ? count(slice) : skipDropped(failure),
        pool);
  }

  /** The position was dropped: the next step begins at the new start of the log. */
  private SourceList skipDropped(Throwable failure) {
    long start = log.offsets().start();
    if (StageFailure.cause(failure) instanceof StorageException e
        && e.code() == ErrorCode.OFFSET_OUT_OF_RANGE
        && start > position) {
      position = start;
      return null;
    }
    throw StageFailure.unchecked(failure);
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
    }
  }

  private void count(ByteBuffer batches) {
    for (int at = batches.position(); at < batches.limit(); at += BatchHeader.length(batches, at)) {
      records.open(batches, at);
      while (records.next()) {
        if (records.offset() >= position) { // the start may be inside the batch
          found.add(records.source(), records.eventTimeMicros());
        }
      }
    }
  }
}
