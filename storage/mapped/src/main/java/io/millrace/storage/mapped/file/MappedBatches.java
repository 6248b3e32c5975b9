package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Checks of batches in mapped bytes, before a reader uses their fields. Each batch must begin with
 * the offset after the last offset of the previous batch, and end within the bytes.
 */
public final class MappedBatches {

  private MappedBatches() {}

  /**
   * The length of the batch at a position.
   *
   * @param end where the bytes end
   * @param offset base offset that the batch must have
   * @param file the file that an error message names
   * @throws StorageException {@code CORRUPT_LOG} if there is no such batch
   */
  public static int requireLength(ByteBuffer bytes, int at, int end, long offset, Path file) {
    int room = end - at;
    if (room >= BatchHeader.BYTES) {
      int length = BatchHeader.length(bytes, at);
      if (BatchHeader.magic(bytes, at) == BatchHeader.MAGIC
          && BatchHeader.baseOffset(bytes, at) == offset
          && BatchHeader.lastOffsetDelta(bytes, at) >= 0
          && length >= BatchHeader.BYTES
          && length <= room) {
        return length;
      }
    }
    throw damaged(offset, at, file);
  }

  /** The error for a position without a valid batch. */
  public static StorageException damaged(long offset, int at, Path file) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        file
            + " is damaged: no batch with offset "
            + offset
            + " at position "
            + at
            + "; the broker is checking the segment: subscribe again to get the offset at which to"
            + " continue, or check it with `millrace log verify`");
  }

  /**
   * The error for a mapped page that the disk cannot read.
   *
   * @param what the bytes that were needed, such as "offset 7"
   * @param cause the JVM's error
   */
  public static StorageException unreadable(String what, Path file, InternalError cause) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "the disk cannot read "
            + what
            + " of "
            + file
            + "; the broker is checking the segment: subscribe again to get the offset at which to"
            + " continue; check the disk and the system's log",
        cause);
  }
}
