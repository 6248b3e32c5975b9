package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;

/** Converts errors of the operating system into {@link StorageException}s. */
public final class DiskFailure {

  private DiskFailure() {}

  /**
   * An error as {@code DISK_FULL} or {@code STORAGE_FAILED}. The JDK has no exception type for a
   * full disk, so the text of the operating system decides.
   *
   * @param doing the operation that failed, such as "write"
   */
  public static StorageException of(String doing, Path file, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("No space left") || text.contains("quota exceeded")) {
      return full(doing, file, text);
    }
    return failed(doing, file, cause);
  }

  /** A failure after which the content of the disk is unknown, whatever the cause. */
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
