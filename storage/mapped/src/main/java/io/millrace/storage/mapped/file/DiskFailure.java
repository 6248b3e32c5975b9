package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.FileReason;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;

/** Converts errors of the operating system into {@link StorageException}s. */
public final class DiskFailure {

  /** What frees disk space without a change of the machine. */
  static final String DELETE =
      "delete events or topics ('millrace topic delete-events', 'millrace topic delete'): appends"
          + " resume by themselves";

  private DiskFailure() {}

  /**
   * Loads the classes and opens the files that the refusal for lack of descriptors needs: without a
   * descriptor, the JVM may not be able to load a class either.
   */
  static void prepare() {
    for (KernelResource missing : KernelResource.values()) {
      exhausted("open", Path.of("file"), missing, new IOException("only to load the classes"));
    }
  }

  /**
   * An error as {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED} or {@code STORAGE_FAILED}. The JDK
   * has no exception types for the first two, so the text of the operating system decides. Not for
   * a failed fsync of a segment, after which the content of the disk is unknown.
   *
   * @param doing the operation that failed, such as "write"
   */
  public static StorageException of(String doing, Path file, IOException cause) {
    String text = String.valueOf(cause.getMessage());
    if (text.contains("No space left") || text.contains("quota exceeded")) {
      return full(doing, file, text);
    }
    KernelResource missing = KernelResource.missing(text);
    if (missing != null) {
      return exhausted(doing, file, missing, cause);
    }
    return failed(doing, file, cause);
  }

  /** As {@link #of}, for a directory that this user may not be allowed to write. */
  static StorageException notWritable(String doing, Path directory, IOException cause) {
    StorageException failure = of(doing, directory, cause);
    if (failure.code() != ErrorCode.STORAGE_FAILED) {
      return failure;
    }
    return new StorageException(
        ErrorCode.DIRECTORY_NOT_WRITABLE,
        "cannot "
            + doing
            + " "
            + directory
            + ": "
            + FileReason.of(cause)
            + "; give this user write access, or choose another directory with --data-dir",
        cause);
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
            + FileReason.of(cause)
            + "; check the disk and the system's log, then restart the broker",
        cause);
  }

  private static StorageException exhausted(
      String doing, Path file, KernelResource missing, IOException cause) {
    return new StorageException(
        ErrorCode.RESOURCES_EXHAUSTED,
        "cannot "
            + doing
            + " "
            + file
            + ": "
            + missing.text()
            + "; nothing was written, and a retry succeeds when some are free again",
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
            + "); free space, or "
            + DELETE);
  }
}
