package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * What is to be seen of an open log: its segments, from the first offset kept up to the one that
 * was published last. The owner publishes the end, and the flusher {@code durable}, after the bytes
 * of which they speak are there. Any thread looks, and finds a batch by its offset or its event
 * time.
 */
final class LogView {

  /** A slice of one of so many newest segments is expected to be in memory still. */
  private static final int WARM_SEGMENTS = 3;

  private final LogParts parts;
  private final SegmentList segments;
  private final LogHealth health;
  private volatile long durable;
  private volatile long end;

  /**
   * @param endOffset of a log that was just opened, and so is durable up to there
   */
  LogView(LogParts parts, SegmentList segments, LogHealth health, long endOffset) {
    this.parts = parts;
    this.segments = segments;
    this.health = health;
    this.durable = endOffset;
    this.end = endOffset;
  }

  LogOffsets offsets() {
    // Each only grows and is at most the next, so reading them in this order keeps them ordered.
    long startNow = start();
    long durableNow = durable;
    return new LogOffsets(startNow, durableNow, end);
  }

  long start() {
    return segments.startOffset();
  }

  long durable() {
    return durable;
  }

  long end() {
    return end;
  }

  /** How far readers may see: after a failure, what lies beyond durable is in doubt. */
  long visibleEnd() {
    return health.hasFailed() ? durable : end;
  }

  /** Owner: the batches below this offset can be read. */
  void endsAt(long offset) {
    assert offset > end : offset + " is not behind the end, " + end;
    end = offset;
  }

  /** Flusher: the batches below this offset are on disk. */
  void durableUpTo(long offset) {
    assert durable <= offset && offset <= end : offset + " not in " + durable + " to " + end;
    durable = offset;
  }

  /** Throws unless the log is open, and {@code OFFSET_OUT_OF_RANGE} unless the offset is in it. */
  void requireReadable(long offset) {
    health.requireOpen();
    long startNow = start();
    long endNow = end;
    if (offset < startNow || offset > endNow) {
      throw new StorageException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "offset "
              + offset
              + " of log "
              + parts.id()
              + " is not in ["
              + startNow
              + ", "
              + endNow
              + "]; begin at one of these, or at the earliest or latest offset");
    }
  }

  void requireOpen() {
    health.requireOpen();
  }

  /**
   * The base offset of the first batch, by offset, below a limit with an event time this late; the
   * limit if there is none.
   *
   * @param checks told of a segment that is damaged
   */
  long firstBatchAtOrAfter(long eventTimeMicros, long limit, LogChecks checks) {
    health.requireOpen();
    long visible = Math.min(limit, visibleEnd());
    for (Segment segment : segments.all()) {
      if (segment.baseOffset() >= visible) {
        break;
      }
      try {
        long offset = firstInSegment(segment, eventTimeMicros, visible);
        if (offset >= 0) {
          return offset;
        }
      } catch (StorageException e) {
        if (segment.baseOffset() >= start()) {
          checks.suspectIfCorrupt(segment, e);
          throw e;
        }
        // Retention was faster; what it has dropped is not looked for.
      }
    }
    return limit;
  }

  private long firstInSegment(Segment segment, long eventTimeMicros, long visible) {
    if (segment.maxEventTime() < eventTimeMicros) {
      return -1;
    }
    return lookUp(
        segment,
        segment.baseOffset(),
        bytes -> segment.firstAtOrAfter(eventTimeMicros, visible, bytes));
  }

  Segment segmentOf(long offset) {
    return segments.of(offset);
  }

  /** Whether the bytes at a position may have to come from the disk. */
  boolean isCold(Segment segment, int position) {
    return segment.isCold(position) || segments.isOlderThanNewest(segment, WARM_SEGMENTS);
  }

  /** Holds a segment's bytes; typed failures if retention or a close was faster. */
  Mapping lease(Segment segment, long offset) {
    Mapping lease = segment.lease();
    if (lease == null) {
      health.requireOpen();
      throw overtaken(offset);
    }
    return lease;
  }

  /**
   * Looks something up in a segment's bytes.
   *
   * @param offset the one that is looked for, or near it; for the messages
   * @throws StorageException as {@link #lease}; {@code CORRUPT_LOG} where the disk cannot read
   */
  <T> T lookUp(Segment segment, long offset, Function<ByteBuffer, T> lookup) {
    Mapping lease = lease(segment, offset);
    try {
      return lookup.apply(lease.buffer());
    } catch (InternalError unreadable) {
      throw MappedBatches.unreadable("offset " + offset, lease.path(), unreadable);
    } finally {
      lease.release();
    }
  }

  /** The first damaged range with offsets at or after this one, or null. */
  DamagedRange damageAfter(long offset) {
    return parts.damage().endingAfter(offset);
  }

  StorageException damaged(DamagedRange range) {
    return parts.damage().refusal(range);
  }

  StorageException overtaken(long offset) {
    return new StorageException(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        "retention has dropped offset "
            + offset
            + " of log "
            + parts.id()
            + ", which now starts at "
            + start()
            + "; begin again there");
  }
}
