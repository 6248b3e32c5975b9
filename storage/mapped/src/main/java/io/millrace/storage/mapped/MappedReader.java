package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import java.nio.ByteBuffer;

/**
 * A cursor in a log. It keeps its segment and its position there, so that the next read needs no
 * search. It holds no mapping between two reads. One thread at a time.
 *
 * <p>A new reader, and one that enters another segment, has no position yet. If the index and the
 * batch headers that the search needs are in memory, the read finds the position. Otherwise the
 * slice is cold, and its load finds the position.
 */
final class MappedReader implements LogReader {

  /** No bytes are in memory. */
  private static final int COLD = -1;

  /** The position and the offset of a batch. */
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
      throw log.dropped(position);
    }
    long visible = Math.min(limit, log.visibleEnd());
    if (position >= visible) {
      return null;
    }
    return readOrFail(maxBytes, visible, false);
  }

  /**
   * Reads as {@link #read} does, but blocks on the disk. Nothing else uses the reader meanwhile.
   *
   * @return a loaded slice, or null
   */
  MappedSlice readFromDisk(int maxBytes, long visible) {
    MappedSlice slice = (MappedSlice) readOrFail(maxBytes, visible, true);
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

  private LogSlice readOrFail(int maxBytes, long visible, boolean mayBlock) {
    try {
      return readNext(maxBytes, visible, mayBlock);
    } catch (StorageException e) {
      // If retention deleted the segment during the read, that is the reason for the failure.
      if (position < log.start()) {
        throw log.dropped(position);
      }
      checkIfCorrupt(e);
      throw e;
    } catch (InternalError unreadable) {
      StorageException damaged =
          MappedBatches.unreadable(
              "offset " + position, log.segmentOf(position).file().path(), unreadable);
      checkIfCorrupt(damaged);
      throw damaged;
    }
  }

  /** Starts a check of the segment, unless the damage is known: then a check has run. */
  private void checkIfCorrupt(StorageException e) {
    DamagedRange known = log.damageAfter(position);
    if (known == null || !known.contains(position)) {
      checks.startIfCorrupt(log.segmentOf(position), e);
    }
  }

  private LogSlice readNext(int maxBytes, long visible, boolean mayBlock) {
    if (segment == null || segment.endOffset() <= position) {
      Segment found = log.segmentOf(position);
      if (!mayBlock && needsDiskToFind(found, position)) {
        return new DeferredSlice(this, maxBytes, visible);
      }
      seek(found, position);
    }
    DamagedRange damage = log.damageAfter(position);
    if (damage != null && damage.firstOffset() <= position) {
      throw log.damaged(damage);
    }
    int warmEnd = warmEnd();
    if (warmEnd == COLD && !mayBlock && !segment.hasIndexInMemory()) {
      return new DeferredSlice(this, maxBytes, visible);
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
  private boolean needsDiskToFind(Segment where, long offset) {
    DamagedRange damage = log.damageAfter(offset);
    boolean known = where.baseOffset() >= offset || (damage != null && damage.contains(offset));
    return !known && !(where.hasIndexInMemory() && !log.isCold(where, where.searchStart(offset)));
  }

  /** The end of the bytes that are in memory from the cursor on, or {@link #COLD}. */
  private int warmEnd() {
    if (!log.isCold(segment, at)) {
      return segment.end();
    }
    int loadedTo = readAhead.loadedFrom(segment, at);
    return loadedTo == at ? COLD : loadedTo;
  }

  /**
   * A slice of the batches from the cursor on; null if there is none.
   *
   * @param warmEnd end of the bytes that are in memory, or {@link #COLD}
   */
  private LogSlice slice(
      Mapping lease, int maxBytes, long visible, DamagedRange damage, int warmEnd) {
    Segment here = segment;
    int from = at;
    long firstOffset = position;
    long limit = damage == null ? visible : Math.min(visible, damage.firstOffset());
    boolean cold = warmEnd == COLD;
    Place aheadEnd = cold ? endByIndex(readAhead.bytes(), visible, damage) : null;
    Place sliceEnd = cold ? endByIndex(maxBytes, visible, damage) : null;
    if (sliceEnd == null) {
      advanceByHeaders(lease, maxBytes, cold ? here.end() : warmEnd, limit);
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
   * The end of a cold slice, from the index alone. To read the header of each batch would load cold
   * pages one by one, on a thread that must not block.
   *
   * @return null if the index has no entry to stop at
   */
  private Place endByIndex(int maxBytes, long visible, DamagedRange damage) {
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

  /** Moves the cursor from batch to batch, up to a position, an offset or a number of bytes. */
  private void advanceByHeaders(Mapping lease, int maxBytes, int endAt, long visible) {
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

  /** Moves the cursor to the batch that contains an offset. May block on the disk. */
  private void seek(Segment found, long offset) {
    if (found.baseOffset() > offset) {
      throw log.dropped(offset);
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
