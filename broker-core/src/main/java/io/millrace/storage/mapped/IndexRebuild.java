package io.millrace.storage.mapped;

import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a segment's index: from its file, or from the segment itself. */
final class IndexRebuild {

  private static final Logger LOG = LoggerFactory.getLogger(IndexRebuild.class);

  private IndexRebuild() {}

  /** The index of a sealed segment. Blocks on the disk. */
  static SparseIndex load(
      LogDirectory directory, SegmentFile file, long baseOffset, int end, long endOffset) {
    IndexFile found = readOrNull(directory, baseOffset);
    if (found != null && found.coveredOffset() == endOffset && found.coveredBytes() <= end) {
      return found.index();
    }
    SparseIndex index = new SparseIndex();
    long known = extend(index, file, SegmentHeader.BYTES, baseOffset, end, endOffset);
    if (known == endOffset) {
      IndexFile.write(directory.index(baseOffset), baseOffset, index, endOffset, end);
    } else {
      // Whoever seeks a time must come across the damage, not pass it by.
      index.note(Long.MAX_VALUE, Long.MIN_VALUE);
      LOG.warn(
          "event=segment_damaged file={} readableUpToOffset={} endOffset={}",
          file.path(),
          known,
          endOffset);
    }
    return index;
  }

  /** The index file of a segment, or null if there is none that can be used. */
  static IndexFile readOrNull(LogDirectory directory, long baseOffset) {
    try {
      return IndexFile.read(directory.index(baseOffset), baseOffset);
    } catch (StorageException e) {
      LOG.info("event=index_unusable rebuild=true reason=\"{}\"", e.getMessage());
      return null;
    }
  }

  /**
   * Adds the batches between two positions, by their headers.
   *
   * @return the offset up to which they could be read, at most {@code untilOffset}
   */
  static long extend(
      SparseIndex index,
      SegmentFile file,
      int position,
      long offset,
      int untilPosition,
      long untilOffset) {
    try (FileChannel channel = file.openForRead()) {
      BatchScan scan = new BatchScan(file.path(), channel, position, untilPosition, offset, 0);
      while (scan.nextOffset() < untilOffset && scan.look(false) == BatchScan.Found.BATCH) {
        index.add(scan.position(), scan.header(), scan.header().position());
        scan.skip();
      }
      return scan.nextOffset();
    } catch (IOException e) {
      throw DiskFailure.of("read", file.path(), e);
    }
  }
}
