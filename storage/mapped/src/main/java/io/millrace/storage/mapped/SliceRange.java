package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import java.nio.ByteBuffer;

/**
 * Where a slice lies, and how it comes into memory: together with bytes behind it, to which its
 * reader comes next.
 *
 * @param from position of the slice
 * @param to position behind the slice
 * @param aheadTo position behind what is brought in with it; at least {@code to}
 * @param firstOffset of the slice
 * @param nextOffset one past the last of the slice
 * @param readAhead the reader's, told how far it can read on
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

  /** Written so that the compiler cannot drop the reads that touch the pages. */
  @SuppressWarnings("unused")
  private static volatile int touched;

  /**
   * Waits for the disk, and makes sure that the slice is batches, one after the other.
   *
   * @throws StorageException {@code CORRUPT_LOG} if it is damaged or cannot be read
   */
  void load(Mapping mapping) {
    readAhead.ask(mapping, segment, from, aheadTo);
    try {
      touchPages(mapping.buffer(), from, to);
      requireBatches(mapping);
    } catch (StorageException damaged) {
      checks.suspect(segment);
      throw damaged;
    } catch (InternalError unreadable) {
      checks.suspect(segment);
      throw MappedBatches.unreadable(
          "offsets " + firstOffset + " to " + (nextOffset - 1), mapping.path(), unreadable);
    }
    readAhead.loaded(segment, loadAhead(mapping) ? aheadTo : to);
  }

  /** Whether the disk gave all; what it did not give fails the slice that it belongs to. */
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

  /** A cold slice was cut by the index, which is not the truth about its batches. */
  private void requireBatches(Mapping mapping) {
    ByteBuffer bytes = mapping.buffer();
    long offset = firstOffset;
    for (int at = from; at < to; ) {
      int length = MappedBatches.require(bytes, at, to, offset, mapping.path());
      offset = BatchHeader.nextOffset(bytes, at);
      at += length;
    }
  }
}
