package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment file on disk that is not open as a part of a log: what recovery, checks and offline
 * tools read.
 *
 * @param baseOffset the base offset in the file's name
 * @param bytes size of the file
 * @param reads the call that reads it
 * @param key the key of the log
 */
public record StoredSegment(
    Path path, long baseOffset, int bytes, PositionalRead reads, LogKey key) {

  /**
   * The segment with a base offset.
   *
   * @throws StorageException {@code CORRUPT_LOG} if the file is missing or larger than any segment,
   *     {@code STORAGE_FAILED} if its size cannot be read
   */
  public static StoredSegment of(
      LogDirectory directory, long baseOffset, PositionalRead reads, LogKey key) {
    Path path = directory.segment(baseOffset);
    try {
      long bytes = Files.size(path);
      if (bytes > Integer.MAX_VALUE) {
        throw FileKind.SEGMENT.corrupt(path, bytes + " bytes, larger than any segment");
      }
      return new StoredSegment(path, baseOffset, (int) bytes, reads, key);
    } catch (NoSuchFileException e) {
      throw FileKind.SEGMENT.corrupt(path, "it is missing");
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /** The same segment without the bytes from a position on. */
  public StoredSegment cutAt(int position) {
    return new StoredSegment(path, baseOffset, position, reads, key);
  }

  /** Opens the file for reading only; the caller closes it. */
  public SegmentChannel openToRead() throws IOException {
    return SegmentChannel.open(path, reads);
  }

  /** Opens the file for reading and for repairs; the caller closes it. */
  public SegmentChannel openToRepair() {
    try {
      return SegmentChannel.open(path, reads, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /**
   * The header.
   *
   * @throws StorageException as {@link SegmentHeader#decode}
   */
  public SegmentHeader header() {
    return SegmentHeader.read(path, reads);
  }

  /** The proofs of the batches in this segment. */
  public BatchProof proof() {
    return new BatchProof(key, baseOffset);
  }

  /**
   * The header, or null if it is damaged.
   *
   * @throws StorageException {@code CORRUPT_LOG} for a segment of another log, {@code LOG_TOO_NEW},
   *     {@code LOG_TOO_OLD}
   */
  public SegmentHeader headerOrNull(LogId id) {
    SegmentHeader header;
    try {
      header = header();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      return null;
    }
    header.require(new LogIdentity(id, key), baseOffset, path);
    return header;
  }

  /**
   * Throws unless this file is the segment of a log that its name states. If its header is damaged,
   * a batch in it must have the proof of its place.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  void requireOwn(LogId id) {
    if (headerOrNull(id) == null && !hasOwnBatch()) {
      throw FileKind.SEGMENT.corrupt(
          path, "its header is damaged, and no batch in it is of this log and this offset");
    }
  }

  private boolean hasOwnBatch() {
    if (bytes <= SegmentHeader.BYTES) {
      return false;
    }
    try (SegmentChannel file = openToRead()) {
      return new BatchHeaderSearch(proof()).find(file, SegmentHeader.BYTES, bytes) >= 0;
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /**
   * Whether this file, whose header is damaged, can be a new segment whose creation a crash
   * interrupted. The disk writes the first sector as a whole. So such a segment either has a header
   * of zeros or contains no batch.
   *
   * <p>A file is half created in two cases:
   *
   * <ul>
   *   <li>It contains no batch.
   *   <li>Its header is zero, no batch from its base offset on is known to be durable, and no batch
   *       in it states a durable offset above the base offset.
   * </ul>
   *
   * @param durable every batch below this offset is known to be durable
   */
  public boolean isHalfCreated(long durable) {
    if (bytes <= SegmentHeader.BYTES) {
      return true;
    }
    try (SegmentChannel file = openToRead()) {
      SegmentTail header = SegmentTail.read(file, 0, SegmentHeader.BYTES, proof());
      if (file.isUnreadable(0, SegmentHeader.BYTES)) {
        return false;
      }
      return header.nonZeroBytes() == 0 && durable <= baseOffset
          ? statedDurableOffset() <= baseOffset
          : statedDurableOffset() < 0;
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** Whether the file has only zeros, in its first 8 MiB. */
  boolean isZero() {
    try (SegmentChannel file = openToRead()) {
      return SegmentTail.read(file, 0, bytes, proof()).nonZeroBytes() == 0
          && !file.isUnreadable(0, bytes);
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** The highest durable offset that a batch header at the start of this file states, or -1. */
  public long statedDurableOffset() {
    try (SegmentChannel file = openToRead()) {
      int from = Math.min(SegmentHeader.BYTES, bytes);
      return SegmentTail.read(file, from, bytes, proof()).durableOffset();
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** Whether a position has zeros in the place of a batch header, or too few bytes for one. */
  public boolean isZeroAt(int position) {
    try (SegmentChannel file = openToRead()) {
      ByteBuffer header = file.read(ByteBuffer.allocate(BatchHeader.BYTES), position);
      while (header.hasRemaining()) {
        if (header.get() != 0) {
          return false;
        }
      }
      return !file.isUnreadable(position, position + (long) BatchHeader.BYTES);
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }
}
