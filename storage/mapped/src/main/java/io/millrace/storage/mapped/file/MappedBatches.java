package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The step from batch to batch in mapped bytes. It trusts nothing that it reads there: each batch
 * must begin with the offset at which the one before ended, and end where there are bytes.
 */
public final class MappedBatches {

  private MappedBatches() {}

  /**
   * The length of the batch at a position.
   *
   * @param end where the bytes end
   * @param offset base offset that the batch must have
   * @param file for the message
   * @throws StorageException {@code CORRUPT_LOG} if there is no such batch
   */
  public static int require(ByteBuffer bytes, int at, int end, long offset, Path file) {
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

  /** What is said where no batch, or none that can be, stands. */
  public static StorageException damaged(long offset, int at, Path file) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        file
            + " is damaged: no batch with offset "
            + offset
            + " at position "
            + at
            + "; the segment is being checked, subscribe again to be told where to go on, or look at"
            + " it with `millrace log verify`");
  }

  /**
   * What is said where the disk cannot give a mapped page.
   *
   * @param what was to be read, such as "offset 7"
   * @param cause what the JVM makes of it
   */
  public static StorageException unreadable(String what, Path file, InternalError cause) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "the disk cannot read "
            + what
            + " of "
            + file
            + "; the segment is being checked, subscribe again to be told where to go on; check the"
            + " disk and the system's log",
        cause);
  }
}
