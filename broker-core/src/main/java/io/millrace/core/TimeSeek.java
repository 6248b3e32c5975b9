package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;

/**
 * Finds the first event, by offset, of an event time or later: the log's index leads to the batch,
 * the batch's records to the event. One batch a step; another step only when retention took the
 * batch away in between.
 */
final class TimeSeek implements Scan<Long> {

  private final PartitionLog log;
  private final long eventTimeMicros;
  private final long limit;
  private final StoredRecords records;

  /**
   * @param limit sees no further than this offset, and answers it where there is no such event
   */
  TimeSeek(PartitionLog log, long eventTimeMicros, long limit, int maxRecordsBytes) {
    this.log = log;
    this.eventTimeMicros = eventTimeMicros;
    this.limit = limit;
    this.records = new StoredRecords(log.id(), maxRecordsBytes);
  }

  @Override
  public Long step() {
    long baseOffset = log.firstBatchAtOrAfter(eventTimeMicros, limit);
    if (baseOffset >= limit) {
      return limit;
    }
    try (LogReader reader = log.reader(baseOffset);
        LogSlice slice = reader.read(1, limit)) {
      if (slice == null) {
        return limit;
      }
      slice.load();
      return firstIn(slice);
    } catch (StorageException e) {
      if (e.code() == ErrorCode.OFFSET_OUT_OF_RANGE && baseOffset < log.offsets().start()) {
        return null; // retention was faster: look again
      }
      throw e;
    }
  }

  private long firstIn(LogSlice slice) {
    ByteBuffer batch = slice.buffer();
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
