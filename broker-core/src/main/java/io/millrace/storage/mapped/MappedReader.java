package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;

/**
 * A cursor that remembers its segment and its place there, so that reading on costs no search. It
 * holds no mapping between two reads. One thread at a time.
 */
final class MappedReader implements LogReader {

  private final VisibleLog log;
  private final LogChecks checks;
  private Segment segment;
  private int at;
  private long position;

  MappedReader(VisibleLog log, LogChecks checks, long offset) {
    this.log = log;
    this.checks = checks;
    this.position = offset;
    if (offset < log.visibleEnd()) {
      try {
        seek(offset);
      } catch (StorageException e) {
        suspect(e);
        throw e;
      }
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
    try {
      return readOn(maxBytes, visible);
    } catch (StorageException e) {
      // The files of a segment may go while it is read; that is the reason then, not the failure.
      if (position < log.start()) {
        throw log.overtaken(position);
      }
      suspect(e);
      throw e;
    } catch (InternalError unreadable) {
      // What the JVM makes of a mapped page that the disk cannot give.
      StorageException damaged =
          BatchChain.damaged(position, at, log.segmentOf(position).file().path());
      damaged.initCause(unreadable);
      suspect(damaged);
      throw damaged;
    }
  }

  private void suspect(StorageException e) {
    if (e.code() == ErrorCode.CORRUPT_LOG) {
      checks.suspect(log.segmentOf(position));
    }
  }

  private LogSlice readOn(int maxBytes, long visible) {
    if (segment == null || segment.endOffset() <= position) {
      seek(position);
    }
    DamagedRange ahead = log.damageAfter(position);
    if (ahead != null && ahead.firstOffset() <= position) {
      throw log.damaged(ahead);
    }
    Mapping lease = log.lease(segment, position);
    boolean handedOver = false;
    try {
      LogSlice slice = slice(lease, maxBytes, visible, ahead);
      handedOver = slice != null;
      return slice;
    } finally {
      if (!handedOver) {
        lease.release();
      }
    }
  }

  /** The batches from the cursor on that a slice may have; null if there is none. */
  private LogSlice slice(Mapping lease, int maxBytes, long visible, DamagedRange ahead) {
    int from = at;
    long firstOffset = position;
    boolean cold = log.isCold(segment, from);
    if (!(cold && leap(maxBytes, visible, ahead))) {
      walk(lease, maxBytes, ahead == null ? visible : Math.min(visible, ahead.firstOffset()));
    }
    Segment here = segment;
    return at == from
        ? null
        : new MappedSlice(lease, from, at, firstOffset, position, cold, () -> checks.suspect(here));
  }

  /**
   * Moves on by the index alone: to touch the header of each batch would bring cold pages in one by
   * one, on a thread that must not wait for them.
   */
  private boolean leap(int maxBytes, long visible, DamagedRange ahead) {
    SparseIndex index = segment.index();
    boolean damageHere = ahead != null && ahead.firstOffset() < segment.endOffset();
    int end = damageHere ? ahead.position() : segment.end();
    long endOffset = damageHere ? ahead.firstOffset() : segment.endOffset();
    int reach = (int) Math.min(at + (long) maxBytes, end);
    if (reach == end && endOffset <= visible && !segment.isDamaged()) {
      at = reach;
      position = endOffset;
      return true;
    }
    int entry = Math.min(index.floorOfPosition(reach), index.floorOfOffset(visible));
    if (entry < 0 || index.position(entry) <= at) {
      return false;
    }
    at = index.position(entry);
    position = index.offset(entry);
    return true;
  }

  /** Moves on from batch to batch. */
  private void walk(Mapping lease, int maxBytes, long visible) {
    ByteBuffer bytes = lease.buffer();
    int from = at;
    long end = Math.min(visible, segment.endOffset());
    while (position < end) {
      int length = BatchChain.require(bytes, at, segment.end(), position, lease.path());
      long after = BatchHeader.nextOffset(bytes, at);
      if (after > Math.min(segment.endOffset(), log.end())) {
        throw BatchChain.damaged(position, at, lease.path());
      }
      if (after > visible || (at > from && at + length - from > maxBytes)) {
        return;
      }
      at += length;
      position = after;
    }
  }

  /** Stands before the batch that contains an offset below the end. */
  private void seek(long offset) {
    Segment found = log.segmentOf(offset);
    if (found.baseOffset() > offset) {
      throw log.overtaken(offset);
    }
    DamagedRange damage = log.damageAfter(offset);
    if (damage != null && damage.contains(offset)) {
      at = damage.position();
      position = damage.firstOffset();
    } else if (found.baseOffset() == offset) {
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
