package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.LogParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a segment's index: from its file, or from the segment itself. */
public final class IndexRebuild {

  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);

  private IndexRebuild() {}

  /** The index of a sealed segment, which covers all that can be read of it. Blocks on the disk. */
  public static IndexFile load(
      LogParts parts, SegmentFile file, long baseOffset, int end, long endOffset) {
    LogDirectory directory = parts.directory();
    IndexFile found = readOrNull(directory, baseOffset);
    if (covers(found, end, endOffset)) {
      return found;
    }
    IndexFile built =
        extend(parts, new SparseIndex(), file, SegmentHeader.BYTES, baseOffset, end, endOffset);
    if (built.coveredOffset() == endOffset) {
      save(built, directory.index(baseOffset));
      return built;
    }
    LOG.warn(
        "event=segment_damaged file={} readableUpToOffset={} endOffset={}",
        file.path(),
        built.coveredOffset(),
        endOffset);
    // Whoever seeks a time must come across the damage, not pass it by; and what is behind it may
    // be younger than all that can be read.
    built.index().note(Long.MAX_VALUE, Long.MAX_VALUE);
    return new IndexFile(baseOffset, built.coveredOffset(), end, built.index());
  }

  /** Whether the index file of a sealed segment can be used as it is. */
  public static boolean isUsable(LogDirectory directory, long baseOffset, int end, long endOffset) {
    return covers(readOrNull(directory, baseOffset), end, endOffset);
  }

  private static boolean covers(IndexFile found, int end, long endOffset) {
    return found != null && found.coveredOffset() == endOffset && found.coveredBytes() <= end;
  }

  /** Only costs time if it fails: the index is built again when it is next needed. */
  private static void save(IndexFile built, Path file) {
    try {
      built.write(file);
    } catch (StorageException e) {
      LOG.warn("event=index_not_saved file={} reason=\"{}\"", file, e.getMessage());
    }
  }

  /** The index file of a segment, or null if there is none that can be used. */
  public static IndexFile readOrNull(LogDirectory directory, long baseOffset) {
    try {
      return IndexFile.read(directory.index(baseOffset), baseOffset);
    } catch (StorageException e) {
      LOG.info("event=index_unusable rebuild=true reason=\"{}\"", e.getMessage());
      return null;
    }
  }

  /**
   * Adds the batches from a position on, by their headers, as far as they can be read.
   *
   * @param untilPosition where to stop at the latest
   * @param untilOffset where to stop at the latest
   */
  public static IndexFile extend(
      LogParts parts,
      SparseIndex index,
      SegmentFile file,
      int position,
      long offset,
      int untilPosition,
      long untilOffset) {
    try (SegmentChannel bytes = SegmentChannel.open(file.path(), parts.disk())) {
      BatchCursor scan = new BatchCursor(bytes, position, untilPosition, offset, 0, parts.damage());
      while (scan.nextOffset() < untilOffset && scan.look(false) == BatchCursor.Found.BATCH) {
        ByteBuffer header = scan.header();
        index.add(scan.position(), header, header.position());
        scan.skip();
      }
      return new IndexFile(offset, scan.nextOffset(), scan.position(), index);
    } catch (IOException e) {
      throw DiskFailure.of("read", file.path(), e);
    }
  }
}
