package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.storage.LogId;
import java.nio.ByteBuffer;

/**
 * The records of a log's batches, one batch after the other. Every batch was whole when it was
 * stored: one that is not any more is damage of the log, and no fault of who asks. One thread at a
 * time.
 */
final class StoredRecords {

  private final LogId log;
  private final BatchReader records;
  private long baseOffset;

  StoredRecords(LogId log, int maxRecordsBytes) {
    this.log = log;
    this.records = new BatchReader(maxRecordsBytes);
  }

  /**
   * Begins with the batch at a position.
   *
   * @throws BrokerException {@code CORRUPT_LOG}, or {@code BATCH_TOO_LARGE} where the limit was
   *     lowered since
   */
  void open(ByteBuffer batches, int at) {
    baseOffset = BatchHeader.baseOffset(batches, at);
    try {
      records.open(batches, at);
    } catch (InvalidBatchException e) {
      throw refusal(e);
    }
  }

  /** Moves to the next record; false behind the last. Throws as {@link #open}. */
  boolean next() {
    try {
      return records.next();
    } catch (InvalidBatchException e) {
      throw refusal(e);
    }
  }

  private BrokerException refusal(InvalidBatchException cause) {
    String where = "the batch at offset " + baseOffset + " of log " + log;
    return cause.code() == ErrorCode.BATCH_TOO_LARGE
        ? new BrokerException(cause.code(), where + ": " + cause.getMessage(), cause)
        : new BrokerException(
            ErrorCode.CORRUPT_LOG,
            where
                + " is damaged ("
                + cause.getMessage()
                + "); what is before and after it can be read; look at the log with `millrace log"
                + " verify`",
            cause);
  }

  long offset() {
    return records.offset();
  }

  long eventTimeMicros() {
    return records.eventTimeMicros();
  }

  String source() {
    return records.source();
  }
}
