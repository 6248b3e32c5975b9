package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexRebuild;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run of batches in one file. It takes batches until it is sealed; then it is finished: cut to
 * its size, with its index on disk.
 *
 * <p>One writer appends and seals; the flusher forces; anyone reads below {@link #end()}, which is
 * published after the bytes.
 */
public final class Segment {

  /** The end offset of a segment that takes batches. */
  static final long UNSEALED = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  private final LogParts parts;
  private final LogDirectory directory;
  private final long baseOffset;
  private final SegmentFile file;
  private final int capacityBytes;

  private volatile int end;
  private volatile long endOffset;
  private volatile SparseIndex index;
  private volatile SoftReference<SparseIndex> cachedIndex = new SoftReference<>(null);
  private volatile boolean timesKnown;
  private volatile boolean damaged;
  private int checkedEnd = -1;
  private long maxEventTime;
  private long newestAppendTime;
  private volatile boolean finished;
  private int forcedEnd;
  private volatile int forces;

  /** What was in the file when it was opened may have to come from the disk. */
  private final int coldBytes;

  private Segment(
      LogParts parts,
      long baseOffset,
      SegmentFile file,
      int end,
      long endOffset,
      SparseIndex index) {
    this.parts = parts;
    this.directory = parts.directory();
    this.baseOffset = baseOffset;
    this.file = file;
    this.capacityBytes = file.mappedBytes();
    this.end = end;
    this.forcedEnd = end;
    this.coldBytes = end;
    this.endOffset = endOffset;
    this.index = index;
    this.finished = endOffset != UNSEALED;
    if (finished && index != null) {
      letGo(index);
    }
  }

  /** A new segment; its file is renamed and gets its header. */
  static Segment create(LogParts parts, long baseOffset, SegmentFile allocated) {
    allocated.name(
        new SegmentHeader(parts.id(), allocated.mappedBytes(), baseOffset),
        parts.directory().segment(baseOffset));
    Segment segment =
        new Segment(parts, baseOffset, allocated, SegmentHeader.BYTES, UNSEALED, new SparseIndex());
    segment.forcedEnd = 0;
    return segment;
  }

  /** The segment found on disk that takes batches; everything up to {@code end} is on disk. */
  public static Segment active(
      LogParts parts, long baseOffset, SegmentFile file, int end, SparseIndex index) {
    return new Segment(parts, baseOffset, file, end, UNSEALED, index);
  }

  /**
   * A segment found on disk that takes no more batches.
   *
   * @param index null: loaded, or built, when it is first needed
   */
  public static Segment sealed(
      LogParts parts,
      long baseOffset,
      SegmentFile file,
      int end,
      long endOffset,
      SparseIndex index) {
    return new Segment(parts, baseOffset, file, end, endOffset, index);
  }

  public long baseOffset() {
    return baseOffset;
  }

  /** One past the last offset, or {@link #UNSEALED}. */
  public long endOffset() {
    return endOffset;
  }

  /** Position after the last batch. */
  public int end() {
    return end;
  }

  int capacityBytes() {
    return capacityBytes;
  }

  /** Bytes of the batches. */
  int batchBytes() {
    return end - SegmentHeader.BYTES;
  }

  boolean hasRoomFor(int batchBytes) {
    return capacityBytes - end >= batchBytes;
  }

  boolean isHalfFull() {
    return end > capacityBytes / 2;
  }

  public SegmentFile file() {
    return file;
  }

  /** Whether the bytes at a position may have to come from the disk. */
  boolean isCold(int position) {
    return position < coldBytes;
  }

  /** Holds the mapped bytes; null once the segment is closed. */
  Mapping lease() {
    return file.lease();
  }

  // Writing.

  void append(ByteBuffer batch) throws IOException {
    int at = end;
    file.put(at, batch);
    index.add(at, batch, batch.position());
    end = at + batch.remaining();
  }

  void seal(long atOffset) {
    endOffset = atOffset;
  }

  /** Flusher: brings everything appended before the call to disk. */
  void force() throws IOException {
    int upTo = end;
    if (forcedEnd < upTo) {
      file.force();
      forcedEnd = upTo;
      forces++;
    }
  }

  /** Bytes that a force has brought to disk, on average so far. */
  int bytesPerForce() {
    return end / (forces + 1);
  }

  /**
   * Cuts a sealed segment to its size and writes its index. Background; repeated calls do nothing.
   */
  synchronized void finish() {
    if (finished || endOffset == UNSEALED || file.isClosed()) {
      return;
    }
    try {
      file.truncate(end);
      saveIndex(endOffset);
      letGo(index);
      finished = true;
    } catch (IOException e) {
      throw DiskFailure.of("truncate", file.path(), e);
    }
  }

  /**
   * Writes what the index knows of durable batches, for the case that the process dies. A segment
   * that is finished has its index on disk already.
   */
  synchronized void saveIndexUpTo(long durableOffset) {
    if (!finished && !file.isClosed()) {
      IndexFile.writeSnapshot(directory.index(baseOffset), baseOffset, index, durableOffset);
    }
  }

  /** Writes the whole index; when nothing is appended any more. */
  synchronized void saveIndex(long atOffset) {
    new IndexFile(baseOffset, atOffset, end, index).write(directory.index(baseOffset));
  }

  // Finding.

  /**
   * The index; read from its file or built anew if it is not in memory. From then on {@link #end()}
   * is exact also for a sealed segment whose file was never cut to its size.
   */
  public SparseIndex index() {
    SparseIndex now = index;
    if (now == null) {
      now = cachedIndex.get();
    }
    return now != null ? now : loadIndex();
  }

  private synchronized SparseIndex loadIndex() {
    SparseIndex now = cachedIndex.get();
    if (now == null) {
      IndexFile loaded = IndexRebuild.load(parts, file, baseOffset, end, endOffset);
      now = loaded.index();
      end = loaded.coveredBytes();
      damaged = loaded.coveredOffset() != endOffset;
      letGo(now);
    }
    return now;
  }

  /** The index of a segment at rest can be had again, so it may leave the memory. */
  private void letGo(SparseIndex complete) {
    maxEventTime = complete.maxEventTime();
    newestAppendTime = complete.newestAppendTime();
    timesKnown = true;
    cachedIndex = new SoftReference<>(complete);
    index = null;
  }

  /** Once more is known of the damage: an index that ended there can be built over it. */
  synchronized void forgetIndex() {
    cachedIndex = new SoftReference<>(null);
    timesKnown = false;
    damaged = false;
  }

  /** True unless the segment, as long as it is now, is or was being checked. */
  synchronized boolean beginCheck() {
    boolean due = checkedEnd != end;
    checkedEnd = end;
    return due;
  }

  /** The check came to no result: the next caller may ask for another. */
  synchronized void checkFailed() {
    checkedEnd = -1;
  }

  /** Whether the batches do not reach from one end to the other; known once the index is loaded. */
  boolean isDamaged() {
    return damaged;
  }

  /** At least the largest event time. */
  long maxEventTime() {
    return timesKnown ? maxEventTime : index().maxEventTime();
  }

  /** At least the largest append time. */
  long newestAppendTime() {
    return timesKnown ? newestAppendTime : index().newestAppendTime();
  }

  /**
   * The position of the batch that contains an offset, which is in no damaged range.
   *
   * @param bytes this segment's mapping
   */
  int positionOf(long offset, ByteBuffer bytes) {
    int entry = offset == baseOffset ? -1 : index().floorOfOffset(offset);
    int at = positionOfEntry(entry);
    long next = offsetOfEntry(entry);
    while (true) {
      DamagedRange damage = parts.damage().containing(next);
      if (damage != null) {
        at = damage.endPosition();
        next = damage.endOffset();
        continue;
      }
      int length = requireBatch(bytes, at, next);
      next = BatchHeader.nextOffset(bytes, at);
      if (next > offset) {
        return at;
      }
      at += length;
    }
  }

  /** The position at which the batch with this base offset begins, or will. */
  int positionOfBoundary(long offset, ByteBuffer bytes) {
    if (offset == baseOffset) {
      return SegmentHeader.BYTES;
    }
    DamagedRange damage = parts.damage().containing(offset - 1);
    if (damage != null) {
      return damage.endPosition();
    }
    int at = positionOf(offset - 1, bytes);
    return at + BatchHeader.length(bytes, at);
  }

  /**
   * The base offset of the first batch, below a limit, with an event time this late, or -1. Known
   * damage is passed over: nobody can say what times were in there.
   */
  long firstAtOrAfter(long eventTime, long limit, ByteBuffer bytes) {
    int entry = index().floorOfTime(eventTime);
    int at = positionOfEntry(entry);
    long offset = offsetOfEntry(entry);
    while (offset < limit && offset < endOffset) {
      DamagedRange damage = parts.damage().containing(offset);
      if (damage != null) {
        at = damage.endPosition();
        offset = damage.endOffset();
        continue;
      }
      int length = requireBatch(bytes, at, offset);
      if (BatchHeader.maxEventTime(bytes, at) >= eventTime) {
        return offset;
      }
      offset = BatchHeader.nextOffset(bytes, at);
      at += length;
    }
    return -1;
  }

  private int positionOfEntry(int entry) {
    return entry < 0 ? SegmentHeader.BYTES : index().position(entry);
  }

  private long offsetOfEntry(int entry) {
    return entry < 0 ? baseOffset : index().offset(entry);
  }

  private int requireBatch(ByteBuffer bytes, int at, long offset) {
    return MappedBatches.require(bytes, at, end, offset, file.path());
  }

  // Ending.

  /** Forgets what can be had again: for a sealed segment that nobody reads. */
  synchronized void close() {
    file.close();
  }

  /** Deletes the files; slices still leased stay valid. */
  synchronized void delete() {
    try {
      Files.deleteIfExists(directory.index(baseOffset));
      file.delete();
    } catch (IOException e) {
      throw DiskFailure.of("delete", file.path(), e);
    }
    LOG.debug("event=segment_deleted file={}", file.path());
  }
}
