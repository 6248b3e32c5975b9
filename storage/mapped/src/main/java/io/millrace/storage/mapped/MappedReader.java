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
 * <p>A read never waits for the disk. If the segment is not mapped, or its index or the headers
 * that the read needs are not in memory, the slice is cold, and its load maps, searches and reads
 * on the thread that loads.
 */
final class MappedReader implements LogReader {

  /** No bytes are in memory. */
  private static final int COLD = -1;

  /** The position and the offset of a batch. */
  private record Place(int at, long offset) {}

  /**
   * What a slice may contain.
   *
   * @param visible offset that it must not pass
   * @param damage the first damaged range after the cursor, or null. Taken once: a check may add
   *     ranges during the read
   */
  private record Limits(int maxBytes, long visible, DamagedRange damage) {}

  private final LogView log;
  private final LogChecks checks;
  private final ReadAhead readAhead;
  private final SliceLoader loader;
  private Segment segment;
  private int at;
  private long position;

  /** The offset asked for; the first batch may begin before it. */
  private final long wanted;

  MappedReader(LogView log, LogChecks checks, ReadAhead readAhead, long offset) {
    this.log = log;
    this.checks = checks;
    this.readAhead = readAhead;
    this.loader = new SliceLoader(readAhead, checks);
    this.position = offset;
    this.wanted = offset;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public LogSlice read(int maxBytes, long limit) {
    log.requireOpen();
    requireNotDropped();
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
    requireNotDropped();
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

  /** The start may be inside the batch at the cursor, if the reader was opened there. */
  private void requireNotDropped() {
    long next = Math.max(position, wanted);
    if (next < log.start()) {
      throw log.dropped(next);
    }
  }

  private LogSlice readOrFail(int maxBytes, long visible, boolean mayBlock) {
    try {
      return readNext(maxBytes, visible, mayBlock);
    } catch (StorageException e) {
      // If retention deleted the segment during the read, that is the reason for the failure.
      requireNotDropped();
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

  /**
   * @param mayBlock whether the caller may wait for the disk. If it may not, and the mapping, the
   *     index or a required header is not in memory, the slice is cold
   */
  private LogSlice readNext(int maxBytes, long visible, boolean mayBlock) {
    DamagedRange damage = log.damageAfter(position);
    if (damage != null && damage.contains(position)) {
      throw log.damaged(damage);
    }
    boolean enters = segment == null || segment.endOffset() <= position;
    Segment here = enters ? log.segmentOf(position) : segment;
    Mapping lease = mayBlock ? log.lease(here, position) : here.leaseIfMapped();
    if (lease == null) {
      return new DeferredSlice(this, maxBytes, visible);
    }
    boolean handedOver = false;
    try {
      // The heap may drop the index of a sealed segment at any time, so it is taken once.
      SparseIndex index = mayBlock ? here.index() : here.indexInMemory();
      if (enters && !enter(here, index, lease, mayBlock)) {
        return new DeferredSlice(this, maxBytes, visible);
      }
      int warmEnd = warmEnd();
      LogSlice slice =
          warmEnd == COLD
              ? coldSlice(lease, index, new Limits(maxBytes, visible, damage), mayBlock)
              : warmSlice(lease, maxBytes, warmEnd, before(damage, visible));
      handedOver = slice instanceof MappedSlice;
      return slice;
    } finally {
      if (!handedOver) {
        lease.release();
      }
    }
  }

  /**
   * Moves the cursor to the batch in a segment that contains its offset.
   *
   * @param index the index of the segment; null if it is not in memory
   * @return false if the search would have to wait for the disk and may not
   */
  private boolean enter(Segment here, SparseIndex index, Mapping lease, boolean mayBlock) {
    if (here.baseOffset() > position) {
      throw log.dropped(position);
    }
    int entry = index == null ? -1 : index.entryAt(position);
    if (here.baseOffset() == position) {
      at = SegmentHeader.BYTES;
    } else if (entry >= 0) {
      at = index.position(entry); // the read or the load checks that the batch is there
    } else if (mayBlock || (index != null && !log.isCold(here, index.searchStart(position)))) {
      at = log.lookup(here, index, lease).positionOf(position);
      long found = BatchHeader.baseOffset(lease.buffer(), at);
      if (found > position) {
        // A check has found damage here since the read began, and the search skipped it.
        throw log.damaged(log.damageAfter(position));
      }
      position = found;
    } else {
      return false;
    }
    segment = here;
    return true;
  }

  /** The end of the bytes that are in memory from the cursor on, or {@link #COLD}. */
  private int warmEnd() {
    if (!log.isCold(segment, at)) {
      return segment.end();
    }
    int loadedTo = readAhead.loadedFrom(segment, at);
    return loadedTo == at ? COLD : loadedTo;
  }

  private static long before(DamagedRange damage, long visible) {
    return damage == null ? visible : Math.min(visible, damage.firstOffset());
  }

  /** A slice of the batches from the cursor on; null if there is none. */
  private LogSlice warmSlice(Mapping lease, int maxBytes, int warmEnd, long visible) {
    int from = at;
    long firstOffset = position;
    advanceByHeaders(lease, maxBytes, warmEnd, visible);
    return at == from
        ? null
        : MappedSlice.warm(lease, new SliceRange(segment, from, at, firstOffset, position), loader);
  }

  /**
   * As {@link #warmSlice}, for bytes that may not be in memory. It finds the end in the index,
   * because reading the headers would load cold pages one by one.
   *
   * @param index null if it is not in memory
   */
  private LogSlice coldSlice(Mapping lease, SparseIndex index, Limits limits, boolean mayBlock) {
    Place end = index == null ? null : endByIndex(index, limits.maxBytes(), limits);
    if (end == null && !mayBlock) {
      return new DeferredSlice(this, limits.maxBytes(), limits.visible());
    }
    Place aheadEnd = endByIndex(index, readAhead.bytes(), limits);
    Place last = endByIndex(index, Integer.MAX_VALUE, limits);
    int from = at;
    long firstOffset = position;
    if (end == null) {
      long before = before(limits.damage(), limits.visible());
      advanceByHeaders(lease, limits.maxBytes(), segment.end(), before);
    } else {
      at = end.at();
      position = end.offset();
    }
    if (at == from) {
      return null;
    }
    SliceRange range = new SliceRange(segment, from, at, firstOffset, position);
    int aheadTo = aheadEnd == null ? at : Math.max(at, aheadEnd.at());
    int lastTo = last == null ? aheadTo : Math.max(aheadTo, last.at());
    return MappedSlice.cold(lease, range, new SliceAhead(aheadTo, lastTo), loader);
  }

  /**
   * The end of a cold slice of at most {@code maxBytes}, from the index alone; null if the index
   * has no entry to stop at.
   */
  private Place endByIndex(SparseIndex index, int maxBytes, Limits limits) {
    DamagedRange damage = limits.damage();
    long visible = limits.visible();
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
      int length =
          MappedBatches.requireLength(bytes, at, segment.end(), position, segment.file().path());
      long after = BatchHeader.nextOffset(bytes, at);
      if (after > Math.min(segment.endOffset(), log.end())) {
        throw MappedBatches.damaged(position, at, segment.file().path());
      }
      if (after > visible || (at > from && at + length - from > maxBytes)) {
        return;
      }
      at += length;
      position = after;
    }
    if (at == from && position < end && at >= segment.end()) {
      // The file of a sealed segment was cut after a batch.
      throw MappedBatches.damaged(position, at, segment.file().path());
    }
  }

  @Override
  public void close() {
    segment = null;
  }
}
