package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import java.nio.ByteBuffer;

/**
 * A cursor that remembers its segment and its place there, so that reading on costs no search. It
 * holds no mapping between two reads. One thread at a time.
 *
 * <p>A reader that is new, or that comes to an older segment, has no place yet. Where the index is
 * in memory, and the headers to be read are as well, it finds its place at once. Else the slice is
 * cold, and the place is found when the slice is loaded.
 */
final class MappedReader implements LogReader {

  /** No bytes are in memory. */
  private static final int COLD = -1;

  /** The beginning of a batch. */
  private record Place(int at, long offset) {}

  private final LogView log;
  private final LogChecks checks;
  private final ReadAhead readAhead;
  private Segment segment;
  private int at;
  private long position;

  MappedReader(LogView log, LogChecks checks, ReadAhead readAhead, long offset) {
    this.log = log;
    this.checks = checks;
    this.readAhead = readAhead;
    this.position = offset;
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
    return readOrExplain(maxBytes, visible, false);
  }

  /**
   * Reads as {@link #read} does, and waits for the disk; while the reader is not used otherwise.
   *
   * @return a loaded slice, or null
   */
  MappedSlice readFromDisk(int maxBytes, long visible) {
    MappedSlice slice = (MappedSlice) readOrExplain(maxBytes, visible, true);
    if (slice == null || !slice.cold()) {
      return slice;
    }
    boolean loaded = false;
    try {
      slice.loadNow();
      loaded = true;
      return slice;
    } finally {
      if (!loaded) {
        slice.close();
      }
    }
  }

  private LogSlice readOrExplain(int maxBytes, long visible, boolean mayWait) {
    try {
      return readOn(maxBytes, visible, mayWait);
    } catch (StorageException e) {
      // The files of a segment may go while it is read; that is the reason then, not the failure.
      if (position < log.start()) {
        throw log.overtaken(position);
      }
      suspect(e);
      throw e;
    } catch (InternalError unreadable) {
      StorageException damaged =
          MappedBatches.unreadable(
              "offset " + position, log.segmentOf(position).file().path(), unreadable);
      suspect(damaged);
      throw damaged;
    }
  }

  /** Known damage is one that was looked at. */
  private void suspect(StorageException e) {
    DamagedRange known = log.damageAfter(position);
    if (known == null || !known.contains(position)) {
      checks.startIfCorrupt(log.segmentOf(position), e);
    }
  }

  private LogSlice readOn(int maxBytes, long visible, boolean mayWait) {
    if (segment == null || segment.endOffset() <= position) {
      Segment found = log.segmentOf(position);
      if (!mayWait && waitsForPlace(found, position)) {
        return new UnplacedSlice(this, maxBytes, visible);
      }
      seek(found, position);
    }
    DamagedRange damage = log.damageAfter(position);
    if (damage != null && damage.firstOffset() <= position) {
      throw log.damaged(damage);
    }
    int warmEnd = warmEnd();
    if (warmEnd == COLD && !mayWait && !segment.hasIndexInMemory()) {
      return new UnplacedSlice(this, maxBytes, visible);
    }
    Mapping lease = log.lease(segment, position);
    boolean handedOver = false;
    try {
      LogSlice slice = slice(lease, maxBytes, visible, damage, warmEnd);
      handedOver = slice != null;
      return slice;
    } finally {
      if (!handedOver) {
        lease.release();
      }
    }
  }

  /** Whether the search for an offset in this segment reads from the disk. */
  private boolean waitsForPlace(Segment where, long offset) {
    DamagedRange damage = log.damageAfter(offset);
    boolean known = where.baseOffset() >= offset || (damage != null && damage.contains(offset));
    return !known && !(where.hasIndexInMemory() && !log.isCold(where, where.searchStart(offset)));
  }

  /** The position up to which bytes are in memory from the cursor on, or {@link #COLD}. */
  private int warmEnd() {
    if (!log.isCold(segment, at)) {
      return segment.end();
    }
    int loadedTo = readAhead.loadedFrom(segment, at);
    return loadedTo == at ? COLD : loadedTo;
  }

  /**
   * The batches from the cursor on that a slice may have; null if there is none.
   *
   * @param warmEnd position up to which bytes are in memory, or {@link #COLD}
   */
  private LogSlice slice(
      Mapping lease, int maxBytes, long visible, DamagedRange damage, int warmEnd) {
    Segment here = segment;
    int from = at;
    long firstOffset = position;
    long limit = damage == null ? visible : Math.min(visible, damage.firstOffset());
    boolean cold = warmEnd == COLD;
    Place aheadEnd = cold ? leap(readAhead.bytes(), visible, damage) : null;
    Place sliceEnd = cold ? leap(maxBytes, visible, damage) : null;
    if (sliceEnd == null) {
      walk(lease, maxBytes, cold ? here.end() : warmEnd, limit);
    } else {
      at = sliceEnd.at();
      position = sliceEnd.offset();
    }
    if (at == from) {
      return null;
    }
    int aheadTo = aheadEnd == null ? at : Math.max(at, aheadEnd.at());
    return new MappedSlice(
        lease,
        new SliceRange(here, from, at, aheadTo, firstOffset, position, readAhead, checks),
        cold);
  }

  /**
   * Where the index alone leads: to touch the header of each batch would bring cold pages in one by
   * one, on a thread that must not wait for them.
   *
   * @return null if it knows of no batch to stop before
   */
  private Place leap(int maxBytes, long visible, DamagedRange damage) {
    SparseIndex index = segment.index();
    boolean damageHere = damage != null && damage.firstOffset() < segment.endOffset();
    int end = damageHere ? damage.position() : segment.end();
    long endOffset = damageHere ? damage.firstOffset() : segment.endOffset();
    int reach = (int) Math.min(at + (long) maxBytes, end);
    if (reach == end && endOffset <= visible && !segment.isDamaged()) {
      return new Place(reach, endOffset);
    }
    int entry = Math.min(index.floorOfPosition(reach), index.floorOfOffset(visible));
    return entry < 0 || index.position(entry) <= at
        ? null
        : new Place(index.position(entry), index.offset(entry));
  }

  /** Moves on from batch to batch, to a position or an offset at the furthest. */
  private void walk(Mapping lease, int maxBytes, int endAt, long visible) {
    ByteBuffer bytes = lease.buffer();
    int from = at;
    long end = Math.min(visible, segment.endOffset());
    while (position < end && at < endAt) {
      int length = MappedBatches.requireLength(bytes, at, segment.end(), position, lease.path());
      long after = BatchHeader.nextOffset(bytes, at);
      if (after > Math.min(segment.endOffset(), log.end())) {
        throw MappedBatches.damaged(position, at, lease.path());
      }
      if (after > visible || (at > from && at + length - from > maxBytes)) {
        return;
      }
      at += length;
      position = after;
    }
  }

  /** Stands before the batch that contains an offset below the end; may read from the disk. */
  private void seek(Segment found, long offset) {
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
      Place place = log.lookUp(found, offset, lookup -> placeOf(offset, lookup));
      at = place.at();
      position = place.offset();
    }
    segment = found;
  }

  private static Place placeOf(long offset, SegmentLookup lookup) {
    int at = lookup.positionOf(offset);
    return new Place(at, BatchHeader.baseOffset(lookup.bytes(), at));
  }

  @Override
  public void close() {
    segment = null;
  }
}
