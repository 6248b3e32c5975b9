package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sparse index on disk, in the directory of its segment: a {@link ChecksummedFile}, named after
 * the log and the segment, with this body:
 *
 * <pre>
 *  0  i64  base offset         of the segment
 *  8  i64  covered offset      one past the last offset that the index covers
 * 16  i32  covered bytes       position in the segment after the last batch that the index covers
 * 20  i32  entries
 * 24  i64  newest append time  at least that of all batches covered
 * 32  i64  min event time      of the batches covered from the last entry on
 * 40  i64  max event time      of these batches
 * 48  u64  sources             source filters of these batches, united bit by bit
 * 56       entries, 40 bytes each, offsets and positions ascending:
 *           0  i64  base offset of a batch
 *           8  i64  position of the batch in the segment
 *          16  i64  min event time of the batches from the previous entry up to this one
 *          24  i64  max event time of these batches
 *          32  u64  sources of these batches
 * </pre>
 *
 * <p>It is derived data and written without an fsync. If the file is missing, damaged, or of
 * another segment, the index is rebuilt from the segment.
 *
 * @param baseOffset the base offset of the segment
 * @param coveredOffset one past the last offset that the index covers
 * @param coveredBytes position after the last batch that the index covers
 */
public record IndexFile(long baseOffset, long coveredOffset, int coveredBytes, SparseIndex index) {

  private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
  private static final int HEADER_BYTES = 56;
  private static final int ENTRY_BYTES = 40;

  /** An index that covers no batch of a segment. */
  public static IndexFile empty(long baseOffset) {
    return new IndexFile(baseOffset, baseOffset, SegmentHeader.BYTES, new SparseIndex());
  }

  /** Writes everything that the index contains, for a segment to which nothing is appended. */
  void write(LogDirectory log) {
    write(log, this, index.count(), index.tail());
  }

  /**
   * Writes an index up to its last entry at or before the durable offset, for a segment to which
   * batches are appended meanwhile. A crash may replace the batches that are not durable, and an
   * index that covered them would then be wrong.
   */
  static void writeDurable(
      LogDirectory log, long baseOffset, SparseIndex index, long durableOffset) {
    int last = index.floorOfOffset(durableOffset);
    if (last >= 0) {
      IndexFile durable =
          new IndexFile(baseOffset, index.offset(last), index.position(last), index);
      write(log, durable, last + 1, BlockContents.NONE);
    }
  }

  private static void write(LogDirectory log, IndexFile covered, int count, BlockContents tail) {
    long baseOffset = covered.baseOffset;
    SparseIndex index = covered.index;
    Path file = log.index(baseOffset);
    ByteBuffer body =
        ByteBuffer.allocate(HEADER_BYTES + count * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(baseOffset).putLong(covered.coveredOffset);
    body.putInt(covered.coveredBytes).putInt(count);
    body.putLong(index.newestAppendTime());
    put(body, tail);
    for (int entry = 0; entry < count; entry++) {
      body.putLong(index.offset(entry)).putLong(index.position(entry));
      put(body, index.before(entry));
    }
    try {
      ChecksummedFile.replaceWithoutFsync(
          file, FileKind.INDEX, log.nameOfIndex(baseOffset), body.flip());
    } catch (StorageException e) {
      // The index can be built from the segment.
      LOG.warn("event=index_not_written file={} reason=\"{}\"", file, e.getMessage());
    }
  }

  private static void put(ByteBuffer body, BlockContents block) {
    body.putLong(block.minEventTime()).putLong(block.maxEventTime()).putLong(block.sources());
  }

  /**
   * Reads the index file of a segment.
   *
   * @return null if there is none
   * @throws io.millrace.storage.StorageException if the file cannot be used, with the reason
   */
  public static IndexFile read(LogDirectory log, long baseOffset) {
    Path file = log.index(baseOffset);
    return ChecksummedFile.read(file, FileKind.INDEX, log.nameOfIndex(baseOffset))
        .map(body -> decode(body, file, baseOffset))
        .orElse(null);
  }

  private static IndexFile decode(ByteBuffer body, Path file, long baseOffset) {
    if (body.limit() < HEADER_BYTES
        || body.limit() != HEADER_BYTES + (long) body.getInt(20) * ENTRY_BYTES) {
      throw FileKind.INDEX.corrupt(file, "its length does not match its entries");
    }
    if (body.getLong(0) != baseOffset) {
      throw FileKind.INDEX.corrupt(
          file, "it is the index of the segment from offset " + body.getLong(0));
    }
    SparseIndex index = new SparseIndex();
    long lastOffset = baseOffset - 1;
    long lastPosition = SegmentHeader.BYTES - 1L;
    for (int at = HEADER_BYTES; at < body.limit(); at += ENTRY_BYTES) {
      long offset = body.getLong(at);
      long position = body.getLong(at + 8);
      if (offset <= lastOffset || position <= lastPosition) {
        throw FileKind.INDEX.corrupt(file, "its entries do not ascend");
      }
      addToTail(index, body, at + 16);
      index.addEntry(offset, (int) position);
      lastOffset = offset;
      lastPosition = position;
    }
    long coveredOffset = body.getLong(8);
    int coveredBytes = body.getInt(16);
    if (lastOffset > coveredOffset || lastPosition > coveredBytes) {
      throw FileKind.INDEX.corrupt(file, "its entries exceed the range that it covers");
    }
    index.addAppendTime(body.getLong(24));
    addToTail(index, body, 32);
    return new IndexFile(baseOffset, coveredOffset, coveredBytes, index);
  }

  private static void addToTail(SparseIndex index, ByteBuffer body, int at) {
    index.addToTail(body.getLong(at), body.getLong(at + 8), body.getLong(at + 16));
  }
}
