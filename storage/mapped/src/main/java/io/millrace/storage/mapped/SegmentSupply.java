package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;

/**
 * Where a log's new segments come from: prepared in the background once the active one is half
 * full, else made on the spot. Used by the log's owner; names are forced by its flusher.
 *
 * <p>Segments grow fourfold from {@link #FIRST_BYTES} to the log's maximum, so that a small log is
 * small on disk. One whose batch is larger still is as large as its batch.
 */
public final class SegmentSupply {

  /** The smallest segment, unless a log's maximum is smaller still. */
  public static final int FIRST_BYTES = 1 << 20;

  private static final int GROWTH = 4;
  private static final int PAGE_BYTES = 4096;

  /**
   * Forces larger than this lose by zeros written ahead: those take from the disk what the forces
   * need. Producing 1 KiB events with {@code synced} as fast as it goes, forces of 0.5 MB on
   * average, is 1.2 times as fast without them (three pairs: 480 and 574, 361 and 542, 440 and 524
   * MB/s).
   */
  private static final int LARGE_FORCE_BYTES = 256 << 10;

  private final LogParts parts;
  private PreparedSegment prepared;
  private volatile int maxSegmentBytes;

  // The owner raises the first before it publishes the segment's batches; the flusher follows.
  private volatile int named = 1;
  private int namesForced;
  private boolean directoryForced;

  /**
   * The supply of a log that was just opened. Whether the names that were found had been forced
   * cannot be seen, so they are forced with the first batch.
   */
  SegmentSupply(LogParts parts) {
    this.parts = parts;
    this.maxSegmentBytes = parts.settings().maxSegmentBytes();
  }

  /** The first segment of a log. Its name and bytes are forced with its first batch. */
  static Segment first(LogParts parts, long baseOffset) {
    LogDirectory directory = parts.directory();
    try {
      Files.createDirectories(directory.path());
    } catch (IOException e) {
      throw DiskFailure.of("create", directory.path(), e);
    }
    SegmentFile file =
        SegmentFile.allocate(
            parts,
            directory.unfinishedSegment(baseOffset),
            capacity(FIRST_BYTES, parts.settings().maxSegmentBytes(), 0));
    try {
      file.fillWithZeros();
    } catch (IOException e) {
      PreparedSegment.abandon(file);
      throw DiskFailure.of("fill", file.path(), e);
    }
    return name(parts, baseOffset, file);
  }

  /** Segments that are begun from now on are at most so large. Any thread. */
  void limitTo(int segmentBytes) {
    maxSegmentBytes = segmentBytes;
  }

  /** Sees to it that the segment after this one is ready in time. */
  void prepareAfter(Segment active) {
    if (prepared == null && active.isHalfFull()) {
      prepared =
          new PreparedSegment(
              parts,
              parts.directory().preparedSegment(),
              capacity(GROWTH * (long) active.capacityBytes(), maxSegmentBytes, 0),
              active.bytesPerForce() < LARGE_FORCE_BYTES);
      parts.background().execute(prepared);
    }
  }

  /**
   * The segment after a full one.
   *
   * @throws StorageException {@code DISK_FULL}; nothing has changed
   */
  Segment next(Segment full, long baseOffset, int batchBytes) {
    SegmentFile file = takePrepared(batchBytes);
    if (file == null) {
      file = allocate(full, baseOffset, batchBytes);
    }
    Segment next = name(parts, baseOffset, file);
    named++;
    return next;
  }

  /** As large as is due, or smaller where the disk has no room for that. */
  private SegmentFile allocate(Segment full, long baseOffset, int batchBytes) {
    int least = capacity(FIRST_BYTES, maxSegmentBytes, batchBytes);
    long wanted = GROWTH * (long) full.capacityBytes();
    while (true) {
      int capacity = capacity(wanted, maxSegmentBytes, batchBytes);
      try {
        return SegmentFile.allocate(
            parts, parts.directory().unfinishedSegment(baseOffset), capacity);
      } catch (StorageException e) {
        if (e.code() != ErrorCode.DISK_FULL || capacity <= least) {
          throw e;
        }
        wanted = Math.max(least, capacity / GROWTH);
      }
    }
  }

  private static Segment name(LogParts parts, long baseOffset, SegmentFile file) {
    boolean named = false;
    try {
      Segment segment = Segment.create(parts, baseOffset, file);
      named = true;
      return segment;
    } finally {
      if (!named) {
        PreparedSegment.abandon(file);
      }
    }
  }

  private SegmentFile takePrepared(int batchBytes) {
    if (prepared == null || prepared.capacityBytes() - SegmentHeader.BYTES < batchBytes) {
      return null;
    }
    SegmentFile file = prepared.takeIfReady();
    if (file != null || prepared.cameToNothing()) {
      prepared = null;
    }
    return file;
  }

  private static int capacity(long wantedBytes, int maxBytes, int batchBytes) {
    long bytes = Math.min(wantedBytes, maxBytes);
    long needed = Math.max(bytes, SegmentHeader.BYTES + (long) batchBytes);
    return (int) ((needed + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
  }

  /** Flusher: makes the names of new segments safe, before their batches are said to be durable. */
  void forceNames() throws IOException {
    int now = named;
    if (namesForced != now) {
      parts.disk().forceDirectory(parts.directory().path());
      namesForced = now;
    }
    if (!directoryForced) {
      parts.disk().forceDirectory(parts.directory().path().getParent());
      directoryForced = true;
    }
  }

  void close() {
    if (prepared != null) {
      prepared.discard();
      prepared = null;
    }
  }
}
