package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The uncompressed records of one batch, reusable for other batches. Without compression they are
 * the bytes of the batch itself. Otherwise they are in a scratch buffer, which is reused and grows
 * if a batch needs it. Used by one thread at a time.
 */
final class UncompressedRecords {

  private static final int MIN_SCRATCH_BYTES = 4096;

  private final int maxBytes;
  private ByteBuffer scratch = ByteBuffer.allocate(0);

  /** The buffer with the records, little-endian; they are its bytes {@code [start, end)}. */
  ByteBuffer buffer = scratch;

  int start;
  int end;

  UncompressedRecords(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Opens the batch at a position of a little-endian buffer. The caller has checked its length.
   *
   * @throws InvalidBatchException if the records are too large or do not decompress
   */
  void open(ByteBuffer batch, int at) {
    BatchCodec codec = BatchCodec.ofCode(BatchHeader.codec(batch, at));
    int recordsBytes = BatchHeader.recordsBytes(batch, at);
    int storedBytes = BatchHeader.length(batch, at) - BatchHeader.BYTES;
    int recordsAt = at + BatchHeader.BYTES;
    if (recordsBytes < 1) {
      throw InvalidBatchException.malformed(
          "the header says " + recordsBytes + " bytes of records; expected at least 1");
    }
    if (recordsBytes > maxBytes) {
      throw InvalidBatchException.batchTooLarge(
          "the records are "
              + recordsBytes
              + " bytes before compression; limit "
              + maxBytes
              + " (limits.maxUncompressedBatchBytes); send smaller batches");
    }
    if (codec != BatchCodec.NONE) {
      reserve(recordsBytes);
      Compression.decompress(codec, batch, recordsAt, storedBytes, scratch, recordsBytes);
      buffer = scratch;
      start = 0;
    } else {
      if (recordsBytes != storedBytes) {
        throw InvalidBatchException.malformed(
            "the header says "
                + recordsBytes
                + " bytes of records without compression; the batch has "
                + storedBytes);
      }
      buffer = batch;
      start = recordsAt;
    }
    end = start + recordsBytes;
  }

  /** Forgets the batch; keeps the scratch buffer. */
  void close() {
    buffer = scratch;
    start = 0;
    end = 0;
  }

  /** Bytes of the scratch buffer. */
  int memoryBytes() {
    return scratch.capacity();
  }

  private void reserve(int bytes) {
    if (scratch.capacity() < bytes) {
      long doubled = Math.max(MIN_SCRATCH_BYTES, 2L * scratch.capacity());
      int capacity = (int) Math.max(bytes, Math.min(maxBytes, doubled));
      scratch = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
