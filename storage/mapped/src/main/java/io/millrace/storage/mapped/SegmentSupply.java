package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the segments of a log, and finishes them when they are sealed. Used by the log's owner,
 * with two exceptions: the flusher and retention call {@link #fsyncNames()}, and the thread that
 * closes the log calls {@link #close()}, after the owner's last append.
 *
 * <p>The next segment is allocated, mapped and opened on a thread of the storage when the active
 * one is half full. The owner then only writes the header, into the page cache, and renames the
 * file, in a directory that is cached. The owner allocates a segment itself, and logs {@code
 * segment_allocated_by_owner}, if the preparation is not done when the active segment is full, if
 * the active segment is full at the first append after an opening, or if a batch is larger than the
 * prepared segment. To refuse the append would be worse: the producer would have to resend it and
 * all batches after it.
 *
 * <p>Each segment is four times as large as the previous one, from {@link
 * SegmentFiles#SMALLEST_BYTES} to the log's maximum, so that a small log is small on disk. A batch
 * that exceeds the maximum gets a segment of its own size. A prepared segment is large enough for
 * the largest batch in the two segments before it. If a larger batch arrives after the preparation
 * has begun, the prepared file is replaced by a larger one, on the threads of the storage.
 */
final class SegmentSupply {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);

  private static final int GROWTH = 4;
  private static final int PAGE_BYTES = 4096;

  /**
   * If an fsync writes this much or more, zeros written ahead make it slower: they take disk
   * bandwidth from the fsyncs. Producing 1 KiB events with ack {@code synced} at full speed, with
   * fsyncs of 0.5 MB on average, is 1.2 times as fast without them (three pairs: 480 and 574, 361
   * and 542, 440 and 524 MB/s).
   */
  private static final int LARGE_FSYNC_BYTES = 256 << 10;

  private final SegmentFiles files;
  private final IndexFiles indexes;
  private final StorageThreads threads;
  private PreparedSegment prepared;
  private volatile int maxSegmentBytes;

  /** The largest batch in the segment before the active one. */
  private int largestBatchBefore;

  // Number of segment names, counted from the opening. The owner increments it before it publishes
  // the segment's batches. The flusher then fsyncs the name.
  private volatile int segmentNames = 1;
  private volatile int namesFsynced;
  private boolean directoryNameFsynced;

  /**
   * The supply of a log that is being opened. Whether the names on disk are durable cannot be
   * known, so the first fsync includes them.
   *
   * @param threads where segments are prepared and finished
   */
  SegmentSupply(
      SegmentFiles files, IndexFiles indexes, StorageThreads threads, int maxSegmentBytes) {
    this.files = files;
    this.indexes = indexes;
    this.threads = threads;
    this.maxSegmentBytes = maxSegmentBytes;
  }

  /** Creates the first segment of a log. Its name and bytes become durable with its first batch. */
  Segment first(long baseOffset) {
    files.createDirectory();
    SegmentFile file =
        files.allocate(baseOffset, capacity(SegmentFiles.SMALLEST_BYTES, maxSegmentBytes, 0));
    try {
      file.fillWithZeros();
    } catch (IOException e) {
      file.deleteUnused();
      throw DiskFailure.of("fill", file.path(), e);
    }
    return name(baseOffset, file);
  }

  /** Sets the maximum size of the segments that are created from now on. Any thread. */
  void limitTo(int segmentBytes) {
    maxSegmentBytes = segmentBytes;
  }

  /**
   * Starts to prepare the segment after this one, once this one is half full. Once it is three
   * quarters full, the filling with zeros ends. Called after each append, and not when a log is
   * opened: most logs get no append soon after a start.
   */
  void prepareAfter(Segment active) {
    if (!active.isHalfFull()) {
      return;
    }
    if (prepared == null || !prepared.fits(largestBatch(active))) {
      prepare(active, GROWTH * (long) active.capacityBytes());
    } else if (active.isThreeQuartersFull()) {
      prepared.hurry();
    }
  }

  private void prepare(Segment active, long wanted) {
    int capacity = capacity(wanted, maxSegmentBytes, largestBatch(active));
    if (prepared == null || !prepared.enlarge(capacity)) {
      prepared = new PreparedSegment(files, capacity);
    }
    allocateLater(prepared, active.bytesPerFsync() < LARGE_FSYNC_BYTES);
  }

  private int largestBatch(Segment active) {
    return Math.max(active.largestBatchBytes(), largestBatchBefore);
  }

  private void allocateLater(PreparedSegment next, boolean zeros) {
    threads
        .allocation()
        .execute(
            () -> {
              next.allocate();
              if (zeros) {
                threads.background().execute(() -> fill(next));
              }
            });
  }

  /** A segment that was enlarged during the filling has to be allocated again. */
  private void fill(PreparedSegment next) {
    next.fill();
    if (next.isWaiting()) {
      allocateLater(next, true);
    }
  }

  /**
   * Creates the segment after a full one.
   *
   * @throws StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}; nothing has changed
   */
  Segment next(Segment full, long baseOffset, int batchBytes) {
    SegmentFile file = takePrepared(batchBytes);
    if (file == null) {
      long began = System.nanoTime();
      file = allocate(full, baseOffset, batchBytes);
      LOG.info(
          "event=segment_allocated_by_owner log={} bytes={} tookMicros={}",
          files.identity().id(),
          file.mappedBytes(),
          TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began));
    }
    return continueIn(file, full, baseOffset);
  }

  /**
   * Creates the segment after one that is not full. Its capacity is the number of bytes that the
   * log has used of the previous segment.
   *
   * @return null if it is not prepared; the preparation has then begun
   */
  Segment nextIfPrepared(Segment active, long baseOffset) {
    if (prepared == null || prepared.isGone()) {
      prepare(active, Math.max(SegmentFiles.SMALLEST_BYTES, active.end()));
      return null;
    }
    SegmentFile file = prepared.isReady() ? takePrepared(0) : null;
    return file == null ? null : continueIn(file, active, baseOffset);
  }

  private Segment continueIn(SegmentFile file, Segment previous, long baseOffset) {
    Segment next = name(baseOffset, file);
    segmentNames++;
    largestBatchBefore = previous.largestBatchBytes();
    return next;
  }

  /** Allocates the usual size, or less if the disk has no space for that. */
  private SegmentFile allocate(Segment full, long baseOffset, int batchBytes) {
    int least = capacity(SegmentFiles.SMALLEST_BYTES, maxSegmentBytes, batchBytes);
    long wanted = GROWTH * (long) full.capacityBytes();
    while (true) {
      int capacity = capacity(wanted, maxSegmentBytes, batchBytes);
      try {
        return files.allocate(baseOffset, capacity);
      } catch (StorageException e) {
        if (e.code() != ErrorCode.DISK_FULL || capacity <= least) {
          throw e;
        }
        wanted = Math.max(least, capacity / GROWTH);
      }
    }
  }

  private Segment name(long baseOffset, SegmentFile file) {
    boolean named = false;
    try {
      files.name(file, baseOffset);
      named = true;
    } finally {
      if (!named) {
        file.deleteUnused();
      }
    }
    return Segment.created(indexes, baseOffset, file, files.proof(baseOffset));
  }

  private SegmentFile takePrepared(int batchBytes) {
    if (prepared == null || !prepared.fits(batchBytes)) {
      return null;
    }
    SegmentFile file = prepared.takeIfReady();
    if (prepared.isGone()) {
      prepared = null;
    }
    return file;
  }

  private static int capacity(long wantedBytes, int maxBytes, int batchBytes) {
    long bytes = Math.min(wantedBytes, maxBytes);
    long needed = Math.max(bytes, SegmentHeader.BYTES + (long) batchBytes);
    return (int) ((needed + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
  }

  /** Finishes a sealed segment in the background. */
  void finishLater(Segment sealed) {
    threads.background().execute(() -> finish(sealed));
  }

  /** Closes a segment that is not part of the log any more, in the background. */
  void closeLater(Segment replaced) {
    threads.background().execute(replaced::close);
  }

  /**
   * Finishes a sealed segment. A failure is logged: the segment is complete and only takes more
   * space than it needs, and the next checkpoint tries again.
   */
  static void finish(Segment sealed) {
    try {
      sealed.finish();
    } catch (StorageException e) {
      LOG.warn(
          "event=segment_not_finished file={} reason=\"{}\"", sealed.file().path(), e.getMessage());
    }
  }

  /** Whether all segments keep their names after a power failure. Any thread. */
  boolean areNamesDurable() {
    return namesFsynced == segmentNames;
  }

  /**
   * Makes the names of new segments durable: the flusher before their batches become durable, and
   * retention before it deletes older segments. Blocks on the disk.
   */
  synchronized void fsyncNames() throws IOException {
    int now = segmentNames;
    if (namesFsynced != now) {
      files.fsyncNames();
      namesFsynced = now;
    }
    if (!directoryNameFsynced) {
      files.fsyncDirectoryName();
      directoryNameFsynced = true;
    }
  }

  void close() {
    if (prepared != null) {
      prepared.discard();
      prepared = null;
    }
  }
}
