package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.BatchProof;
import io.millrace.storage.mapped.file.BlockContents;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.Mapping;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.recovery.RecoveredSegment;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of a log between two offsets, in one file. Batches are appended to it until it is
 * sealed. Then it is finished: its file is cut to size and its index is written to disk.
 *
 * <p>One writer appends and seals; the flusher fsyncs; any thread reads below {@link #end()}, which
 * is published after the bytes.
 */
final class Segment {

  /** The end offset of a segment to which batches are appended. */
  static final long UNSEALED = Long.MAX_VALUE;

  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  private final IndexFiles indexes;
  private final long baseOffset;
  private final SegmentFile file;
  private final BatchProof proof;
  private final int capacityBytes;

  private volatile int end;
  private volatile long endOffset;

  /**
   * Null if the index is complete. {@link #index()} then finds it in the cache, loads it or builds
   * it.
   */
  private volatile SparseIndex index;

  private volatile SoftReference<SparseIndex> cachedIndex = new SoftReference<>(null);

  /** What the complete index says of all batches; null if that is not known. */
  private volatile Summary summary;

  private volatile boolean damaged;
  private final AtomicInteger checkedEnd = new AtomicInteger(-1);
  private volatile boolean finished;
  private int largestBatchBytes;
  private int fsyncedEnd;
  private volatile int fsyncs;

  /** Bytes before this position were in the file when it was opened, and may not be in memory. */
  private final int coldBytes;

  private record Summary(BlockContents contents, long newestAppendTime) {}

  private Segment(
      IndexFiles indexes,
      long baseOffset,
      SegmentFile file,
      BatchProof proof,
      int end,
      long endOffset) {
    this.indexes = indexes;
    this.baseOffset = baseOffset;
    this.file = file;
    this.proof = proof;
    this.capacityBytes = file.mappedBytes();
    this.end = end;
    this.fsyncedEnd = end;
    this.coldBytes = end;
    this.endOffset = endOffset;
    this.finished = endOffset != UNSEALED;
  }

  /** A new segment, whose file has its header and its name. */
  static Segment created(IndexFiles indexes, long baseOffset, SegmentFile file, BatchProof proof) {
    Segment segment = new Segment(indexes, baseOffset, file, proof, SegmentHeader.BYTES, UNSEALED);
    segment.index = new SparseIndex();
    segment.fsyncedEnd = 0;
    return segment;
  }

  /** A segment that recovery found. Its bytes are on disk. */
  static Segment recovered(
      IndexFiles indexes, RecoveredSegment found, SegmentFile file, BatchProof proof) {
    long endOffset = found.isActive() ? UNSEALED : found.endOffset();
    Segment segment = new Segment(indexes, found.baseOffset(), file, proof, found.end(), endOffset);
    if (found.isActive()) {
      segment.index = found.index();
    } else if (found.index() != null) {
      segment.cache(found.index());
    }
    return segment;
  }

  long baseOffset() {
    return baseOffset;
  }

  /** One past the last offset, or {@link #UNSEALED}. */
  long endOffset() {
    return endOffset;
  }

  /** Position after the last batch. */
  int end() {
    return end;
  }

  int capacityBytes() {
    return capacityBytes;
  }

  /** Bytes of the batches. */
  int batchBytes() {
    return end - SegmentHeader.BYTES;
  }

  /** Writer: the largest batch that was appended since this segment was opened; 0 before. */
  int largestBatchBytes() {
    return largestBatchBytes;
  }

  boolean hasRoomFor(int batchBytes) {
    return capacityBytes - end >= batchBytes;
  }

  /** Writer: whether it has batches, and retention need not keep any of them. */
  boolean isExpired(long minAppendTimeMicros, long maxBytes) {
    int bytes = batchBytes();
    return bytes > 0 && (bytes > maxBytes / 4 || newestAppendTime() < minAppendTimeMicros);
  }

  boolean isHalfFull() {
    return end > capacityBytes / 2;
  }

  boolean isThreeQuartersFull() {
    return end > capacityBytes / 4 * 3;
  }

  SegmentFile file() {
    return file;
  }

  /** Whether the bytes at a position may have to be read from the disk. */
  boolean isCold(int position) {
    return position < coldBytes;
  }

  /**
   * Acquires the mapping, and maps the file if it is not mapped, which blocks on the disk. The
   * caller releases the mapping. Null after the segment was closed.
   */
  Mapping lease() {
    return file.lease();
  }

  /** Acquires the mapping, or null if the file is not mapped. The caller releases the mapping. */
  Mapping leaseIfMapped() {
    return file.leaseIfMapped();
  }

  // Writing.

  /** Appends a batch; writes the proof into its header. */
  void append(ByteBuffer batch) throws IOException {
    int at = end;
    proof.write(batch, batch.position(), at);
    file.write(at, batch);
    index.add(at, batch, batch.position());
    largestBatchBytes = Math.max(largestBatchBytes, batch.remaining());
    end = at + batch.remaining();
  }

  void seal(long atOffset) {
    endOffset = atOffset;
  }

  /** Flusher: writes everything that was appended before the call to the disk. */
  void fsync() throws IOException {
    int upTo = end;
    if (fsyncedEnd < upTo) {
      file.fsync();
      fsyncedEnd = upTo;
      fsyncs++;
    }
  }

  /** The average number of bytes of an fsync so far. */
  int bytesPerFsync() {
    return end / (fsyncs + 1);
  }

  /** Cuts the file of a sealed segment to size and writes its index. Later calls do nothing. */
  synchronized void finish() {
    if (finished || endOffset == UNSEALED || file.isClosed()) {
      return;
    }
    try {
      file.truncate(end);
      saveIndex(endOffset);
      cache(index);
      finished = true;
    } catch (IOException e) {
      throw DiskFailure.of("truncate", file.path(), e);
    }
  }

  /**
   * Writes the durable part of the index, which the next opening uses if the process dies. The
   * index of a finished segment is already on disk.
   */
  synchronized void saveIndexUpTo(long durableOffset) {
    if (!finished && !file.isClosed()) {
      indexes.writeDurable(baseOffset, index, durableOffset);
    }
  }

  /** Writes the whole index, when nothing is appended any more. */
  synchronized void saveIndex(long atOffset) {
    indexes.write(new IndexFile(baseOffset, atOffset, end, index));
  }

  /**
   * Whether the index file exists and covers this segment.
   *
   * @param atOffset end offset of the segment
   */
  boolean hasIndexFile(long atOffset) {
    return indexes.isUsable(baseOffset, end, atOffset);
  }

  // The index.

  /**
   * The index. If it is not in memory, it is read from its file or built from the segment, which
   * blocks on the disk. After that {@link #end()} is exact also for a sealed segment whose file was
   * never cut to size.
   */
  SparseIndex index() {
    SparseIndex now = indexInMemory();
    return now != null ? now : loadIndex();
  }

  /** The index, or null if {@link #index()} would block on the disk. */
  SparseIndex indexInMemory() {
    SparseIndex now = index;
    return now != null ? now : cachedIndex.get();
  }

  private synchronized SparseIndex loadIndex() {
    SparseIndex now = cachedIndex.get();
    if (now == null) {
      IndexFile loaded = indexes.load(file.path(), baseOffset, end, endOffset);
      now = loaded.index();
      end = loaded.coveredBytes();
      damaged = loaded.coveredOffset() != endOffset;
      cache(now);
    }
    return now;
  }

  /** A complete index can be loaded again, so a soft reference is enough. */
  private void cache(SparseIndex complete) {
    summary = new Summary(complete.all(), complete.newestAppendTime());
    cachedIndex = new SoftReference<>(complete);
    index = null;
  }

  /**
   * Drops the index, because a check found damage. An index that ended at the damage can cover more
   * when it is loaded again.
   */
  synchronized void dropIndex() {
    cachedIndex = new SoftReference<>(null);
    summary = null;
    damaged = false;
  }

  /**
   * Marks the segment as checked at its present length; false if it already was. It takes no lock:
   * readers on the owner's thread call it, and the lock is held during writes to the disk.
   */
  boolean beginCheck() {
    int now = end;
    return checkedEnd.getAndSet(now) != now;
  }

  /** The check came to no result: the next caller may start another. */
  void checkFailed() {
    checkedEnd.set(-1);
  }

  /** Whether some batches cannot be read. Known once the index is loaded. */
  boolean isDamaged() {
    return damaged;
  }

  /** An upper bound of the event times. */
  long maxEventTime() {
    Summary known = summary;
    return known != null ? known.contents.maxEventTime() : index().maxEventTime();
  }

  /** An upper bound of the append times. */
  long newestAppendTime() {
    Summary known = summary;
    return known != null ? known.newestAppendTime : index().newestAppendTime();
  }

  /** What all batches contain, or null if {@link #index()} would have to tell. */
  BlockContents contentsIfKnown() {
    Summary known = summary;
    return known == null ? null : known.contents;
  }

  // Closing.

  /** Closes the file; open slices stay valid. */
  synchronized void close() {
    file.close();
  }

  /** Deletes the files; open slices stay valid. */
  synchronized void delete() {
    try {
      indexes.delete(baseOffset);
      file.delete();
    } catch (IOException e) {
      throw DiskFailure.of("delete", file.path(), e);
    }
    LOG.debug("event=segment_deleted file={}", file.path());
  }
}
