package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The records of one batch after the other as they were before compression: the batch's own bytes
 * where it is not compressed, else a scratch buffer that grows with need and is used again.
 */
final class PlainRecords {

  private static final int LEAST_SCRATCH_BYTES = 4096;

  private final int maxBytes;
  private ByteBuffer scratch = ByteBuffer.allocate(0);

  /** Where the records are, little-endian: bytes {@code [start, end)}. */
  ByteBuffer buffer = scratch;

  int start;
  int end;

  PlainRecords(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Turns to the batch at a position of a little-endian buffer; its length is known to be right.
   *
   * @throws InvalidBatchException if the records are too large or do not decompress
   */
  void open(ByteBuffer batch, int at) {
    Codec codec = Codec.ofCode(BatchHeader.codec(batch, at));
    int plainBytes = BatchHeader.recordsBytes(batch, at);
    int storedBytes = BatchHeader.length(batch, at) - BatchHeader.BYTES;
    int recordsAt = at + BatchHeader.BYTES;
    if (plainBytes < 1) {
      throw InvalidBatchException.malformed(
          "the header says " + plainBytes + " bytes of records; expected at least 1");
    }
    if (plainBytes > maxBytes) {
      throw InvalidBatchException.batchTooLarge(
          "the records are "
              + plainBytes
              + " bytes before compression; limit "
              + maxBytes
              + " (limits.maxUncompressedBatchBytes); make smaller batches");
    }
    if (codec != Codec.NONE) {
      reserve(plainBytes);
      Compression.decompress(codec, batch, recordsAt, storedBytes, scratch, plainBytes);
      buffer = scratch;
      start = 0;
    } else {
      if (plainBytes != storedBytes) {
        throw InvalidBatchException.malformed(
            "the header says "
                + plainBytes
                + " bytes of records without compression; the batch has "
                + storedBytes);
      }
      buffer = batch;
      start = recordsAt;
    }
    end = start + plainBytes;
  }

  private void reserve(int bytes) {
    if (scratch.capacity() < bytes) {
      long doubled = Math.max(LEAST_SCRATCH_BYTES, 2L * scratch.capacity());
      int capacity = (int) Math.max(bytes, Math.min(maxBytes, doubled));
      scratch = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
