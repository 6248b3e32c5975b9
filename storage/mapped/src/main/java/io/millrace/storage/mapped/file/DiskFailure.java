package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;

/** Turns what the disk refused into what storage says. */
public final class DiskFailure {

  private DiskFailure() {}

  /**
   * The JDK has no type for a full disk, only the operating system's text.
   *
   * @param doing what was being done, such as "write"
   */
  public static StorageException of(String doing, Path file, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("No space left") || text.contains("quota exceeded")) {
      return full(doing, file, text);
    }
    return failed(doing, file, cause);
  }

  /** A failure after which the state of the disk is not known, whatever its cause. */
  public static StorageException failed(String doing, Path file, Throwable cause) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "cannot "
            + doing
            + " "
            + file
            + ": "
            + cause
            + "; check the disk and the system's log, then restart the broker",
        cause);
  }

  static StorageException full(String doing, Path file, String detail) {
    return new StorageException(
        ErrorCode.DISK_FULL,
        "the disk is full, cannot "
            + doing
            + " "
            + file
            + " ("
            + detail
            + "); free space or delete topics: appends resume by themselves");
  }
}
