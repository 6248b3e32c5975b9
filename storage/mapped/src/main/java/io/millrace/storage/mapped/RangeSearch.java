package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.StorageException;
import io.millrace.storage.WantedBatches;
import io.millrace.storage.mapped.file.BlockContents;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search for the next offsets that can have wanted events: first by what is known of whole
 * segments, then by the blocks of their indexes. A range ends with its segment at the latest. What
 * the indexes do not know is not excluded: the tail of a segment to which batches are appended, and
 * a segment whose index cannot be used. For one call, on one thread. May block on the disk.
 */
final class RangeSearch {

  /**
   * The most indexes in one search. An index of the largest segment has 640 KiB, which a cold disk
   * reads in some milliseconds.
   */
  static final int MAX_INDEXES = 16;

  private static final Logger LOG = LoggerFactory.getLogger(RangeSearch.class);

  private final LogView log;
  private final WantedBatches wanted;

  /** One past the last offset to search. */
  private final long limit;

  /** The first offset that is not excluded yet. */
  private long at;

  private long skippedBytes;
  private int indexes;

  RangeSearch(LogView log, WantedBatches wanted, long from, long limit) {
    this.log = log;
    this.wanted = wanted;
    this.at = from;
    this.limit = limit;
  }

  OffsetRange run() {
    for (Segment segment : log.segments().from(at)) {
      if (at >= limit || indexes >= MAX_INDEXES) {
        break;
      }
      long to = searchOrKeep(segment);
      if (to > at) {
        return new OffsetRange(at, to, skippedBytes);
      }
    }
    return new OffsetRange(at, at, skippedBytes);
  }

  /** As {@link #search}; the whole segment if its index cannot be used. */
  private long searchOrKeep(Segment segment) {
    try {
      return search(segment);
    } catch (StorageException e) {
      log.requireOpen();
      if (e.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw e;
      }
      if (segment.endOffset() <= log.start()) {
        throw log.dropped(at);
      }
      LOG.debug("event=times_unknown file={} reason=\"{}\"", segment.file().path(), e.getMessage());
      return end(segment.endOffset());
    }
  }

  private long end(long endOffset) {
    return Math.min(endOffset, limit);
  }

  /**
   * Moves to the next wanted offset in a segment, or to its end.
   *
   * @return the end of the range that begins there; the offset itself if there is none
   */
  private long search(Segment segment) {
    long endOffset = segment.endOffset(); // read before the index: it is complete if this is known
    boolean sealed = endOffset != Segment.UNSEALED;
    if (isExcluded(segment, end(endOffset), sealed)) {
      skipTo(segment, end(endOffset), sealed);
      return at;
    }
    indexes++;
    SparseIndex index = segment.index();
    if (isExcludedByContents(segment, sealed)) { // which are known now
      skipTo(segment, end(endOffset), sealed);
      return at;
    }
    Blocks blocks = new Blocks(segment.baseOffset(), end(endOffset), index, index.count(), sealed);
    int block = index.floorOfOffset(at);
    while (blocks.has(block) && !mayMatch(blocks, block)) {
      block++;
    }
    skipTo(segment, Math.max(at, blocks.start(block)), sealed);
    while (blocks.has(block) && mayMatch(blocks, block)) {
      block++;
    }
    return Math.max(at, blocks.start(block));
  }

  /**
   * Whether nothing in a segment from here up to an end is wanted, as far as is known without
   * index.
   */
  private boolean isExcluded(Segment segment, long end, boolean sealed) {
    if (!wanted.mayHaveOffsets(at, end)) {
      return true;
    }
    return isExcludedByContents(segment, sealed);
  }

  private boolean isExcludedByContents(Segment segment, boolean sealed) {
    BlockContents all = segment.contentsIfKnown();
    return sealed && all != null && !all.mayMatch(wanted);
  }

  private boolean mayMatch(Blocks blocks, int block) {
    long start = Math.max(at, blocks.start(block));
    long end = blocks.start(block + 1);
    return start < end && wanted.mayHaveOffsets(start, end) && blocks.mayMatch(block, wanted);
  }

  /** Moves over excluded batches of a segment. */
  private void skipTo(Segment segment, long offset, boolean sealed) {
    if (offset > at) {
      skippedBytes += position(segment, offset, sealed) - position(segment, at, sealed);
      at = offset;
    }
  }

  /** The position of an offset in a segment, or of the block that contains it. */
  private static int position(Segment segment, long offset, boolean sealed) {
    if (offset <= segment.baseOffset()) {
      return SegmentHeader.BYTES;
    }
    return sealed && offset >= segment.endOffset()
        ? segment.end()
        : segment.index().searchStart(offset);
  }

  /**
   * The blocks of a segment, by the number of the entry at which they begin: -1 for the batches
   * before the first entry, if there are some.
   *
   * @param end one past the last offset to search
   * @param count number of entries
   * @param sealed whether the index knows the tail
   */
  private record Blocks(long baseOffset, long end, SparseIndex index, int count, boolean sealed) {

    boolean has(int block) {
      return block < count && start(block) < end;
    }

    /** The first offset of a block, or the end of the search if that is before it. */
    long start(int block) {
      if (block >= count) {
        return end;
      }
      return Math.min(end, block < 0 ? baseOffset : index.offset(block));
    }

    boolean mayMatch(int block, WantedBatches wanted) {
      if (block + 1 < count) {
        return index.mayMatchBefore(block + 1, wanted);
      }
      return !sealed || index.tail().mayMatch(wanted);
    }
  }
}
