package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/**
 * The check of the records of one batch, whose header has passed {@link BatchCheck}. Reads every
 * record and compares the records with the header. Reusable; used by one thread at a time.
 */
final class RecordsCheck {

  private final int maxEventBytes;
  private final UncompressedRecords records;
  private final RecordCursor cursor = new RecordCursor();
  private final byte[] source = new byte[SourceFilter.MAX_SOURCE_BYTES];

  RecordsCheck(BatchLimits limits) {
    this.maxEventBytes = limits.maxEventBytes();
    this.records = new UncompressedRecords(limits.maxRecordsBytes());
  }

  /** Checks the batch at the start of a little-endian buffer. */
  void check(ByteBuffer batch) {
    records.open(batch, 0);
    cursor.open(
        records.buffer,
        records.start,
        records.end,
        BatchHeader.recordCount(batch, 0),
        BatchHeader.lastOffsetDelta(batch, 0));
    long minEventTime = Long.MAX_VALUE;
    long maxEventTime = Long.MIN_VALUE;
    while (cursor.next()) {
      requireAllowedSize();
      minEventTime = Math.min(minEventTime, cursor.eventTime);
      maxEventTime = Math.max(maxEventTime, cursor.eventTime);
    }
    requireEqual("min event time", BatchHeader.minEventTime(batch, 0), minEventTime);
    requireEqual("max event time", BatchHeader.maxEventTime(batch, 0), maxEventTime);
    requireEqual("source filter", BatchHeader.sourceFilter(batch, 0), sourceFilter());
  }

  private void requireAllowedSize() {
    if (cursor.recordBytes > maxEventBytes) {
      throw InvalidBatchException.eventTooLarge(
          "record "
              + (cursor.recordsRead() - 1)
              + " of the batch has "
              + cursor.recordBytes
              + " bytes; limit "
              + maxEventBytes
              + " (limits.maxEventBytes); send a smaller event or raise the limit");
    }
  }

  private long sourceFilter() {
    long filter = 0;
    for (int i = 0; i < cursor.sources.count(); i++) {
      int length = cursor.sources.length(i);
      records.buffer.get(cursor.sources.at(i), source, 0, length);
      filter |= SourceFilter.bits(source, length);
    }
    return filter;
  }

  private static void requireEqual(String field, long header, long actual) {
    if (header != actual) {
      throw InvalidBatchException.malformed(
          "the header's " + field + " is " + header + "; the records give " + actual);
    }
  }
}
