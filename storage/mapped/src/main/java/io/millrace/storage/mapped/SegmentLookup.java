package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import java.nio.ByteBuffer;

/**
 * Finds batches of one segment by offset or by event time: from an entry of the index on, header by
 * header. Any thread; valid while the caller holds the mapping.
 *
 * @param index the index of the segment
 * @param damage ranges that are skipped
 * @param bytes the segment's mapping
 */
record SegmentLookup(Segment segment, SparseIndex index, DamageRecord damage, ByteBuffer bytes) {

  /** The position of the batch that contains an offset. The offset is in no damaged range. */
  int positionOf(long offset) {
    int entry = offset == segment.baseOffset() ? -1 : index.floorOfOffset(offset);
    int at = positionOfEntry(entry);
    long next = offsetOfEntry(entry);
    while (true) {
      DamagedRange range = damage.containing(next);
      if (range != null) {
        at = range.endPosition();
        next = range.endOffset();
        continue;
      }
      int length = requireLength(at, next);
      next = BatchHeader.nextOffset(bytes, at);
      if (next > offset) {
        return at;
      }
      at += length;
    }
  }

  /** The position of the batch with a base offset, or of the end if that is the end offset. */
  int positionOfBoundary(long offset) {
    if (offset == segment.baseOffset()) {
      return SegmentHeader.BYTES;
    }
    DamagedRange range = damage.containing(offset - 1);
    if (range != null) {
      return range.endPosition();
    }
    int at = positionOf(offset - 1);
    return at + BatchHeader.length(bytes, at);
  }

  /**
   * The base offset of the first batch that ends after {@code from}, below a limit, whose max event
   * time is at least {@code eventTime}, or of the damaged range before it: its times are unknown.
   * -1 if there is neither. The index can tell that the events of a damaged range are earlier.
   */
  long firstAtOrAfter(long eventTime, long from, long limit) {
    int entry = index.floorOfTime(eventTime, index.floorOfOffset(from));
    int at = positionOfEntry(entry);
    long offset = offsetOfEntry(entry);
    while (offset < limit && offset < segment.endOffset()) {
      DamagedRange range = damage.containing(offset);
      if (range != null) {
        if (range.endOffset() > from) {
          return range.firstOffset();
        }
        at = range.endPosition();
        offset = range.endOffset();
        continue;
      }
      int length = requireLength(at, offset);
      long next = BatchHeader.nextOffset(bytes, at);
      if (next > from
          && BatchHeader.maxEventTime(bytes, at) >= eventTime
          && !BatchHeader.isGap(bytes, at)) {
        return offset;
      }
      offset = next;
      at += length;
    }
    return -1;
  }

  private int positionOfEntry(int entry) {
    return entry < 0 ? SegmentHeader.BYTES : index.position(entry);
  }

  private long offsetOfEntry(int entry) {
    return entry < 0 ? segment.baseOffset() : index.offset(entry);
  }

  private int requireLength(int at, long offset) {
    return MappedBatches.requireLength(bytes, at, segment.end(), offset, segment.file().path());
  }
}
