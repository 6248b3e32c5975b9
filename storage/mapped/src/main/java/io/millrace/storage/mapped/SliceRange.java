package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import java.nio.ByteBuffer;

/**
 * The bytes of a slice in a segment. It loads them into memory, together with bytes after them that
 * the reader needs next.
 *
 * @param from position of the slice
 * @param to position after the slice
 * @param aheadTo position after the bytes that are loaded with it; at least {@code to}
 * @param firstOffset of the slice
 * @param nextOffset one past the last offset of the slice
 * @param readAhead of the reader
 * @param checks checks the segment if the slice is damaged
 */
record SliceRange(
    Segment segment,
    int from,
    int to,
    int aheadTo,
    long firstOffset,
    long nextOffset,
    ReadAhead readAhead,
    LogChecks checks) {

  private static final int PAGE_BYTES = 4096;

  /** A write to it keeps the compiler from removing the reads that touch the pages. */
  @SuppressWarnings("unused")
  private static volatile int touched;

  /**
   * Loads the slice, and checks that it consists of batches that continue each other. Blocks on the
   * disk.
   *
   * @throws StorageException {@code CORRUPT_LOG} if the slice is damaged or cannot be read
   */
  void load(Mapping mapping) {
    readAhead.request(mapping, segment, from, aheadTo);
    try {
      touchPages(mapping.buffer(), from, to);
      requireBatches(mapping);
    } catch (StorageException damaged) {
      checks.start(segment);
      throw damaged;
    } catch (InternalError unreadable) {
      checks.start(segment);
      throw MappedBatches.unreadable(
          "offsets " + firstOffset + " to " + (nextOffset - 1), mapping.path(), unreadable);
    }
    readAhead.loaded(segment, loadAhead(mapping) ? aheadTo : to);
  }

  /**
   * False if the disk cannot read the bytes. The slice that contains them fails when it is loaded.
   */
  private boolean loadAhead(Mapping mapping) {
    try {
      touchPages(mapping.buffer(), to, aheadTo);
      return true;
    } catch (InternalError unreadable) {
      return false;
    }
  }

  private static void touchPages(ByteBuffer bytes, int from, int to) {
    int sum = 0;
    for (int at = from; at < to; at += PAGE_BYTES) {
      sum += bytes.get(at);
    }
    touched = from < to ? sum + bytes.get(to - 1) : sum;
  }

  /** The index gave the ends of a cold slice, and an index may be wrong. */
  private void requireBatches(Mapping mapping) {
    ByteBuffer bytes = mapping.buffer();
    long offset = firstOffset;
    for (int at = from; at < to; ) {
      int length = MappedBatches.requireLength(bytes, at, to, offset, mapping.path());
      offset = BatchHeader.nextOffset(bytes, at);
      at += length;
    }
  }
}
