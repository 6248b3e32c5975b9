package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/**
 * Reads every record of a batch whose header's shape is known to be right, and holds the header's
 * sums against what the records give. Reusable; belongs to one thread at a time.
 */
final class Inspection {

  private final int maxEventBytes;
  private final PlainRecords records;
  private final RecordCursor cursor = new RecordCursor();
  private final byte[] source = new byte[SourceFilter.MAX_SOURCE_BYTES];

  Inspection(BatchLimits limits) {
    this.maxEventBytes = limits.maxEventBytes();
    this.records = new PlainRecords(limits.maxRecordsBytes());
  }

  /** Inspects the batch at the beginning of a little-endian buffer. */
  void inspect(ByteBuffer batch) {
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
      requireSize();
      minEventTime = Math.min(minEventTime, cursor.eventTime);
      maxEventTime = Math.max(maxEventTime, cursor.eventTime);
    }
    requireSame("min event time", BatchHeader.minEventTime(batch, 0), minEventTime);
    requireSame("max event time", BatchHeader.maxEventTime(batch, 0), maxEventTime);
    requireSame("source filter", BatchHeader.sourceFilter(batch, 0), sourceFilter());
  }

  private void requireSize() {
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

  private static void requireSame(String what, long header, long actual) {
    if (header != actual) {
      throw InvalidBatchException.malformed(
          "the header's " + what + " is " + header + "; the records give " + actual);
    }
  }
}
