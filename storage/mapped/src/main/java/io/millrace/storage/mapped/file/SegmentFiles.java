package io.millrace.storage.mapped.file;

import io.millrace.storage.FreeSpace;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Creates and opens the segment files of one log. Any thread.
 *
 * @param mappingLimit the limit that all logs of the storage share
 */
public record SegmentFiles(
    LogIdentity identity, LogDirectory directory, Disk disk, MappingLimit mappingLimit) {

  /** The size of the smallest segment, unless a log's maximum is smaller still. */
  public static final int SMALLEST_BYTES = (int) FreeSpace.SMALLEST_BYTES;

  /** The proofs of the batches of one segment. */
  public BatchProof proof(long baseOffset) {
    return new BatchProof(identity.key(), baseOffset);
  }

  /** Creates the log's directory if there is none. Its name is not durable yet. */
  public void createDirectory() {
    try {
      OwnerOnly.createDirectories(directory.path());
    } catch (IOException e) {
      throw DiskFailure.of("create", directory.path(), e);
    }
  }

  /**
   * Allocates, maps and opens a segment before its base offset is known, under a temporary name.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}; no
   *     file is left
   */
  public SegmentFile allocateAhead(int capacityBytes) {
    return allocate(directory.preparedSegment(), capacityBytes);
  }

  /**
   * Allocates, maps and opens the segment with a base offset, under a temporary name.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}; no
   *     file is left
   */
  public SegmentFile allocate(long baseOffset, int capacityBytes) {
    return allocate(directory.unfinishedSegment(baseOffset), capacityBytes);
  }

  private SegmentFile allocate(Path temporary, int capacityBytes) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw DiskFailure.of("delete", temporary, e);
    }
    try {
      disk.allocate(temporary, capacityBytes);
      return open(new SegmentFile(this, temporary, capacityBytes, false));
    } catch (StorageException e) {
      throw mappingLimit.afterUnmapping(e);
    }
  }

  private static SegmentFile open(SegmentFile file) {
    boolean opened = false;
    try {
      file.openNow();
      opened = true;
      return file;
    } finally {
      if (!opened) {
        file.deleteUnused();
      }
    }
  }

  /** Gives an allocated segment its header and its name. The name is not durable yet. */
  public void name(SegmentFile allocated, long baseOffset) {
    allocated.name(
        new SegmentHeader(identity, allocated.mappedBytes(), baseOffset),
        directory.segment(baseOffset));
  }

  /** Opens a segment on disk to which batches are appended. */
  public SegmentFile openActive(long baseOffset, int capacityBytes) {
    return open(baseOffset, capacityBytes, false);
  }

  /** Opens a segment on disk that is only read. */
  public SegmentFile openSealed(long baseOffset, int fileBytes) {
    return open(baseOffset, fileBytes, true);
  }

  private SegmentFile open(long baseOffset, int bytes, boolean sealed) {
    return new SegmentFile(this, directory.segment(baseOffset), bytes, sealed);
  }

  /**
   * Throws unless a file is the segment of this log that its name states. Reads the header; blocks
   * on the disk.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  void requireOwn(Path segment) {
    StoredSegment.of(directory, LogDirectory.segmentOf(segment), disk, identity.key())
        .requireOwn(identity.id());
  }

  /** Makes the names in the log's directory durable. */
  public void fsyncNames() throws IOException {
    disk.fsyncDirectory(directory.path());
  }

  /** Makes the name of the log's directory durable. */
  public void fsyncDirectoryName() throws IOException {
    disk.fsyncDirectory(directory.path().getParent());
  }
}
