package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.Refusals;
import io.millrace.storage.StorageException;
import io.millrace.storage.WantedBatches;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import io.millrace.storage.mapped.file.SparseIndex;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of an open log that readers may see: its segments between the start offset and the end
 * offset. The owner publishes the end after the batches are written; the flusher publishes the
 * durable offset after the fsync. Any thread reads, and finds batches by offset or by event time.
 */
final class LogView {

  /** Batches in this many newest segments are assumed to be in memory. */
  private static final int WARM_SEGMENTS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(LogView.class);

  private final LogId id;
  private final SegmentList segments;
  private final LogHealth health;
  private final DamageRecord damage;

  /** The events below it are deleted, though a segment may have them. */
  private volatile long deletedBefore;

  private volatile long durable;
  private volatile long end;

  /**
   * A log that was just opened and is durable up to its end.
   *
   * @param offsets the start, which may be after the first event of the oldest segment, and the end
   */
  LogView(
      LogId id, SegmentList segments, LogHealth health, DamageRecord damage, LogOffsets offsets) {
    this.id = id;
    this.segments = segments;
    this.health = health;
    this.damage = damage;
    this.deletedBefore = offsets.start();
    this.durable = offsets.durable();
    this.end = offsets.end();
  }

  LogId id() {
    return id;
  }

  SegmentList segments() {
    return segments;
  }

  LogHealth health() {
    return health;
  }

  /** The damaged ranges of the log. */
  DamageRecord damage() {
    return damage;
  }

  LogOffsets offsets() {
    // The offsets only grow, and start <= durable <= end. Reading them in this order preserves
    // that.
    long startNow = start();
    long durableNow = durable;
    return new LogOffsets(startNow, durableNow, end);
  }

  long start() {
    return Math.max(deletedBefore, segments.startOffset());
  }

  long durable() {
    return durable;
  }

  long end() {
    return end;
  }

  /**
   * The end offset for readers. After a failure the batches after the durable offset are in doubt.
   */
  long visibleEnd() {
    return health.hasFailed() ? durable : end;
  }

  /**
   * Owner: publishes that the batches below an offset can be read.
   *
   * @throws IllegalStateException unless the offset is greater than the end
   */
  void publishEnd(long offset) {
    if (offset <= end) {
      throw outOfOrder("end", offset);
    }
    end = offset;
  }

  /**
   * Flusher: publishes that the batches below an offset are durable.
   *
   * @throws IllegalStateException unless the offset is between the durable offset and the end
   */
  void publishDurable(long offset) {
    if (offset < durable || offset > end) {
      throw outOfOrder("durable", offset);
    }
    durable = offset;
  }

  /**
   * Retention: drops old segments, and so raises the start.
   *
   * @param upTo batches from this offset on stay
   * @return the dropped segments, oldest first
   * @throws IllegalStateException if {@code upTo} is greater than the durable offset, which the
   *     start must not pass
   */
  List<Segment> dropOldest(long minAppendTime, long maxBytes, long upTo) {
    if (upTo > durable) {
      throw outOfOrder("start", upTo);
    }
    return segments.dropOldest(minAppendTime, maxBytes, upTo, start());
  }

  /**
   * Deletion: raises the start.
   *
   * @throws IllegalStateException if the offset is greater than the durable offset
   */
  void deleteBefore(long offset) {
    if (offset > durable) {
      throw outOfOrder("start", offset);
    }
    deletedBefore = Math.max(deletedBefore, offset);
    damage.deletedBefore(deletedBefore);
  }

  /** Whether all events of a segment are below the start. */
  boolean isDeleted(Segment segment) {
    return Math.min(segment.endOffset(), end) <= start();
  }

  private IllegalStateException outOfOrder(String name, long offset) {
    return new IllegalStateException(
        "log %s cannot set %s to %d: its offsets are start=%d durable=%d end=%d"
            .formatted(id, name, offset, start(), durable, end));
  }

  /** Throws unless the log is open, and {@code OFFSET_OUT_OF_RANGE} unless the offset is in it. */
  void requireReadable(long offset) {
    health.requireOpen();
    Refusals.requireInRange(id, offset, start(), end);
  }

  void requireOpen() {
    health.requireOpen();
  }

  /**
   * Searches the batches that end after an offset, below a limit. Returns the base offset of the
   * first one whose max event time is at least {@code eventTimeMicros}, or of the damaged range
   * before it that can have such a time; the limit if there is neither.
   *
   * @param checks checks a segment in which the search finds damage
   */
  long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit, LogChecks checks) {
    health.requireOpen();
    long first = Math.max(from, start());
    long visible = Math.min(limit, visibleEnd());
    for (Segment segment : segments.from(first)) {
      if (segment.baseOffset() >= visible) {
        break;
      }
      try {
        long offset = firstInSegment(segment, eventTimeMicros, first, visible);
        if (offset >= 0) {
          return offset;
        }
      } catch (StorageException e) {
        if (segment.endOffset() > start()) {
          checks.startIfCorrupt(segment, e);
          throw e;
        }
        // Retention has dropped the segment meanwhile.
      }
    }
    return limit;
  }

  /** As {@link io.millrace.storage.PartitionLog#nextRange}. */
  OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    health.requireOpen();
    if (from < start()) {
      throw dropped(from);
    }
    return new RangeSearch(this, wanted, from, Math.min(limit, visibleEnd())).run();
  }

  private long firstInSegment(Segment segment, long eventTimeMicros, long from, long visible) {
    DamagedRange damaged = wholeDamage(segment, visible);
    if (damaged != null) {
      return mayHaveTime(segment, eventTimeMicros) ? damaged.firstOffset() : -1;
    }
    if (segment.maxEventTime() < eventTimeMicros) {
      return -1;
    }
    return search(
        segment,
        segment.baseOffset(),
        lookup -> lookup.firstAtOrAfter(eventTimeMicros, from, visible));
  }

  /** The range that has all batches of a segment below an offset, or null. */
  private DamagedRange wholeDamage(Segment segment, long below) {
    DamagedRange range = damage.containing(segment.baseOffset());
    return range != null && range.endOffset() >= Math.min(segment.endOffset(), below)
        ? range
        : null;
  }

  /**
   * Whether an event of a damaged segment can have a time or a later one. Its index can be older
   * than the damage, and then knows. Its file may be unusable; then nobody knows.
   */
  private static boolean mayHaveTime(Segment segment, long eventTimeMicros) {
    try {
      return segment.maxEventTime() >= eventTimeMicros;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw e;
      }
      LOG.debug("event=times_unknown file={} reason=\"{}\"", segment.file().path(), e.getMessage());
      return true;
    }
  }

  Segment segmentOf(long offset) {
    return segments.of(offset);
  }

  /** Whether the bytes at a position may have to be read from the disk. */
  boolean isCold(Segment segment, int position) {
    return segment.isCold(position) || segments.isOlderThanNewest(segment, WARM_SEGMENTS);
  }

  /**
   * Acquires a segment's mapping; the caller releases it. Blocks on the disk if the segment is not
   * mapped.
   *
   * @param offset the offset that the error message names
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if retention has dropped the segment,
   *     {@code STORAGE_FAILED} if the log is closed, {@code CORRUPT_LOG} if the file is missing or
   *     is another segment
   */
  Mapping lease(Segment segment, long offset) {
    Mapping lease = segment.lease();
    if (lease == null) {
      health.requireOpen();
      throw dropped(offset);
    }
    return lease;
  }

  /**
   * Searches a segment. Blocks on the disk.
   *
   * @param offset the offset that the error messages name
   * @throws StorageException as {@link #lease}; {@code CORRUPT_LOG} if the segment is damaged or
   *     the disk cannot read it
   */
  <T> T search(Segment segment, long offset, Function<SegmentLookup, T> search) {
    Mapping lease = lease(segment, offset);
    try {
      return search.apply(lookup(segment, segment.index(), lease));
    } catch (InternalError unreadable) {
      throw MappedBatches.unreadable("offset " + offset, segment.file().path(), unreadable);
    } finally {
      lease.release();
    }
  }

  /** A search of a segment whose mapping the caller holds. */
  SegmentLookup lookup(Segment segment, SparseIndex index, Mapping lease) {
    return new SegmentLookup(segment, index, damage, lease.buffer());
  }

  /** The first damaged range that has an offset at or after this one, or null. */
  DamagedRange damageAfter(long offset) {
    return damage.endingAfter(offset);
  }

  StorageException damaged(DamagedRange range) {
    long continueAt = range.endOffset();
    for (DamagedRange next = range; next != null; next = damage.containing(continueAt)) {
      continueAt = next.endOffset();
    }
    return Refusals.damaged(id, range.offsets(), continueAt);
  }

  StorageException dropped(long offset) {
    return Refusals.dropped(id, offset, start());
  }
}
