package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.InvalidBatchException;
import io.millrace.storage.PartitionLog;
import java.nio.ByteBuffer;

/**
 * A reader of the records in a log's batches. Every batch was valid when it was stored, so a batch
 * that is invalid now is reported to the log as its damage. One thread at a time.
 */
final class StoredRecords {

  /** Reads the batches of one log. Any thread. */
  interface Opener {

    /**
     * @param reader nobody else uses it meanwhile
     */
    StoredRecords records(BatchReader reader);
  }

  private final PartitionLog log;
  private final BatchReader records;
  private long baseOffset;

  StoredRecords(PartitionLog log, int maxRecordsBytes) {
    this(log, new BatchReader(maxRecordsBytes));
  }

  /**
   * @param records reads the batches; nobody else uses it meanwhile
   */
  StoredRecords(PartitionLog log, BatchReader records) {
    this.log = log;
    this.records = records;
  }

  /**
   * Moves to the batch at a position; {@link #next} moves to its first record.
   *
   * @throws BrokerException {@code CORRUPT_LOG}, or {@code BATCH_TOO_LARGE} if the limit was
   *     lowered after the batch was stored
   */
  void open(ByteBuffer batches, int at) {
    baseOffset = BatchHeader.baseOffset(batches, at);
    try {
      records.open(batches, at);
    } catch (InvalidBatchException e) {
      throw refusal(e);
    }
  }

  /**
   * Moves to the next record; false after the last. Throws the same exceptions as {@link #open}.
   */
  boolean next() {
    try {
      return records.next();
    } catch (InvalidBatchException e) {
      throw refusal(e);
    }
  }

  /** Moves back to before the first record of the batch. */
  void rewind() {
    records.rewind();
  }

  private BrokerException refusal(InvalidBatchException cause) {
    String where = "the batch at offset " + baseOffset + " of log " + log.id();
    if (cause.code() == ErrorCode.BATCH_TOO_LARGE) {
      return new BrokerException(cause.code(), where + ": " + cause.getMessage(), cause);
    }
    log.reportDamage(baseOffset);
    return new BrokerException(
        ErrorCode.CORRUPT_LOG,
        where
            + " is damaged ("
            + cause.getMessage()
            + "); the batches before and after it can be read; check the log with `millrace log"
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
