package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index files of one log. It reads and writes them, and builds an index from the segment if its
 * file cannot be used. Any thread.
 *
 * @param reads the call that reads segments
 * @param damage ranges that are skipped when an index is built
 * @param key the key of the log
 */
public record IndexFiles(
    LogDirectory directory, PositionalRead reads, KnownDamage damage, LogKey key) {

  private static final Logger LOG = LoggerFactory.getLogger(IndexFiles.class);

  /**
   * The index of a sealed segment, which covers every batch in it that can be read. Blocks on the
   * disk.
   *
   * @param end position after the last batch
   */
  public IndexFile load(Path segment, long baseOffset, int end, long endOffset) {
    IndexFile stored = readOrNull(baseOffset);
    if (covers(stored, end, endOffset)) {
      return stored;
    }
    if (isWhollyDamaged(baseOffset, endOffset)) {
      return new IndexFile(baseOffset, endOffset, end, SparseIndex.ofDamage());
    }
    IndexFile built = extend(IndexFile.empty(baseOffset), segment, end, endOffset);
    if (built.coveredOffset() == endOffset) {
      save(built);
      return built;
    }
    LOG.warn(
        "event=segment_damaged file={} readableUpToOffset={} endOffset={}",
        segment,
        built.coveredOffset(),
        endOffset);
    // A search by time must reach the damage and fail there, not skip the segment. The batches
    // after the damage may also have a later time than all readable batches.
    built.index().addDamage();
    built.index().addAppendTime(Long.MAX_VALUE);
    return new IndexFile(baseOffset, built.coveredOffset(), end, built.index());
  }

  /**
   * Whether the index file of a sealed segment exists and covers the whole segment, or is not
   * needed, because no batch of the segment can be read.
   */
  public boolean isUsable(long baseOffset, int end, long endOffset) {
    return covers(readOrNull(baseOffset), end, endOffset) || isWhollyDamaged(baseOffset, endOffset);
  }

  /** The file of such a segment may be missing, or be another segment. */
  private boolean isWhollyDamaged(long baseOffset, long endOffset) {
    DamagedRange range = damage.containing(baseOffset);
    return range != null && range.segment() == baseOffset && range.endOffset() >= endOffset;
  }

  private static boolean covers(IndexFile stored, int end, long endOffset) {
    return stored != null && stored.coveredOffset() == endOffset && stored.coveredBytes() <= end;
  }

  /** A failure costs only time: the index is rebuilt when it is next needed. */
  private void save(IndexFile built) {
    try {
      write(built);
    } catch (StorageException e) {
      warnNotSaved(built.baseOffset(), e);
    }
  }

  private void warnNotSaved(long baseOffset, StorageException e) {
    LOG.warn(
        "event=index_not_saved file={} reason=\"{}\"", directory.index(baseOffset), e.getMessage());
  }

  /**
   * The index file of a segment, or null if there is none or it cannot be used.
   *
   * @throws StorageException {@code RESOURCES_EXHAUSTED}
   */
  public IndexFile readOrNull(long baseOffset) {
    try {
      return IndexFile.read(directory, baseOffset);
    } catch (StorageException e) {
      if (e.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw e; // the file was not opened: it may be usable, and recovery may have to delete it
      }
      LOG.info("event=index_unusable rebuild=true reason=\"{}\"", e.getMessage());
      return null;
    }
  }

  /**
   * Adds the batches after those that an index covers, by reading their headers. It stops at {@code
   * untilPosition}, at {@code untilOffset}, or at a batch that cannot be read.
   *
   * @param known its index gets the new entries
   * @return the same index, which covers more
   */
  public IndexFile extend(IndexFile known, Path segment, int untilPosition, long untilOffset) {
    try (SegmentChannel file = SegmentChannel.open(segment, reads)) {
      BatchCursor cursor =
          new BatchCursor(
              file,
              untilPosition,
              new ExpectedBatch(known.coveredBytes(), known.coveredOffset(), 0),
              new BatchProof(key, known.baseOffset()),
              damage);
      while (cursor.nextOffset() < untilOffset && isBatch(cursor, known.index())) {
        ByteBuffer header = cursor.header();
        known.index().add(cursor.position(), header, header.position());
        cursor.advance();
      }
      return new IndexFile(
          known.baseOffset(), cursor.nextOffset(), cursor.position(), known.index());
    } catch (IOException e) {
      throw DiskFailure.of("read", segment, e);
    }
  }

  private static boolean isBatch(BatchCursor cursor, SparseIndex index) throws IOException {
    BatchCursor.Found found = cursor.check(false);
    if (cursor.hasSkippedDamage()) {
      index.addDamage();
    }
    return found == BatchCursor.Found.BATCH;
  }

  /** Writes everything that an index contains, for a segment to which nothing is appended. */
  public void write(IndexFile index) {
    index.write(directory);
  }

  /**
   * Writes the durable part of an index, for a segment to which batches are appended. A failure
   * costs only time.
   */
  public void writeDurable(long baseOffset, SparseIndex index, long durableOffset) {
    try {
      IndexFile.writeDurable(directory, baseOffset, index, durableOffset);
    } catch (StorageException e) {
      warnNotSaved(baseOffset, e);
    }
  }

  /** Deletes the index file of a segment, if it exists. */
  public void delete(long baseOffset) throws IOException {
    Files.deleteIfExists(directory.index(baseOffset));
  }
}
