package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.MappedBatches;
import io.millrace.storage.mapped.file.Mapping;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Loads the cold slices of one reader into memory, each together with bytes after it that the
 * reader needs next. It belongs to the reader: one thread at a time.
 *
 * @param readAhead the read-ahead of the reader
 * @param checks checks the segment if a slice is damaged
 */
record SliceLoader(ReadAhead readAhead, LogChecks checks) {

  private static final int PAGE_BYTES = 4096;

  /** A write to it keeps the compiler from removing the reads that touch the pages. */
  @SuppressWarnings("unused")
  private static volatile int touched;

  /**
   * Loads a slice, and checks that each batch in it continues the previous one. Blocks on the disk.
   *
   * @throws StorageException {@code CORRUPT_LOG} if the slice is damaged or cannot be read
   */
  void load(Mapping mapping, SliceRange slice, SliceAhead ahead) {
    Segment segment = slice.segment();
    readAhead.request(mapping, segment, slice.from(), ahead);
    try {
      touchPages(mapping.buffer(), slice.from(), slice.to());
      requireBatches(mapping.buffer(), slice);
    } catch (StorageException damaged) {
      checks.start(segment);
      throw damaged;
    } catch (InternalError unreadable) {
      checks.start(segment);
      throw MappedBatches.unreadable(
          "offsets " + slice.firstOffset() + " to " + (slice.nextOffset() - 1),
          segment.file().path(),
          unreadable);
    }
    boolean loadedAhead = loadAhead(mapping.buffer(), slice.to(), ahead.to());
    readAhead.loaded(segment, loadedAhead ? ahead.to() : slice.to());
  }

  /**
   * False if the disk cannot read the bytes. The slice that contains them fails when it is loaded.
   */
  private static boolean loadAhead(ByteBuffer bytes, int from, int to) {
    try {
      touchPages(bytes, from, to);
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
  private static void requireBatches(ByteBuffer bytes, SliceRange slice) {
    Path file = slice.segment().file().path();
    long offset = slice.firstOffset();
    for (int at = slice.from(); at < slice.to(); ) {
      int length = MappedBatches.requireLength(bytes, at, slice.to(), offset, file);
      offset = BatchHeader.nextOffset(bytes, at);
      at += length;
    }
  }
}
