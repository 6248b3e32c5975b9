package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;

/**
 * A cursor that remembers its segment and its place there, so that reading on costs no search. It
 * holds no mapping between two reads. One thread at a time.
 */
final class MappedReader implements LogReader {

  private final MappedLog log;
  private Segment segment;
  private int at;
  private long position;

  MappedReader(MappedLog log, long offset) {
    this.log = log;
    this.position = offset;
    if (offset < log.visibleEnd()) {
      seek(offset);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public LogSlice read(int maxBytes, long limit) {
    log.requireOpen();
    if (position < log.start()) {
      throw log.overtaken(position);
    }
    long visible = Math.min(limit, log.visibleEnd());
    if (position >= visible) {
      return null;
    }
    if (segment == null || segment.endOffset() <= position) {
      seek(position);
    }
    Mapping lease = log.lease(segment, position);
    boolean handedOver = false;
    try {
      LogSlice slice = slice(lease, maxBytes, visible);
      handedOver = slice != null;
      return slice;
    } finally {
      if (!handedOver) {
        lease.release();
      }
    }
  }

  /** The batches from the cursor on that a slice may have; null if there is none. */
  private LogSlice slice(Mapping lease, int maxBytes, long visible) {
    ByteBuffer bytes = lease.buffer();
    long segmentEnd = Math.min(visible, segment.endOffset());
    int to = at;
    long next = position;
    while (next < segmentEnd) {
      int length = segment.requireBatch(bytes, to, next);
      long after = BatchHeader.nextOffset(bytes, to);
      if (after > visible || (to > at && to + length - at > maxBytes)) {
        break;
      }
      to += length;
      next = after;
    }
    if (to == at) {
      return null;
    }
    MappedSlice slice = new MappedSlice(lease, at, to, next, log.isCold(segment, to));
    at = to;
    position = next;
    return slice;
  }

  /** Stands before the batch that contains an offset below the end. */
  private void seek(long offset) {
    Segment found = log.segmentOf(offset);
    if (found.baseOffset() > offset) {
      throw log.overtaken(offset);
    }
    if (found.baseOffset() == offset) {
      at = SegmentHeader.BYTES;
    } else {
      Mapping lease = log.lease(found, offset);
      try {
        at = found.positionOf(offset, lease.buffer());
        position = BatchHeader.baseOffset(lease.buffer(), at);
      } finally {
        lease.release();
      }
    }
    segment = found;
  }

  @Override
  public void close() {
    segment = null;
  }
}
