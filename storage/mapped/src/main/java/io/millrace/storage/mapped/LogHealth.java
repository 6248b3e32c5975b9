package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.LogDirectory;

/**
 * Whether an open log may be used. Nothing leads back from a failure but opening the log again:
 * nobody knows until then what of its unforced bytes is on the disk.
 *
 * <pre>
 *   healthy -- append or force fails --> failed -- close --> closed
 *      \________________________ close _____________________/
 * </pre>
 *
 * The owner and the flusher fail a log, its owner closes it. Any thread asks.
 */
final class LogHealth {

  private final LogId id;
  private final LogDirectory directory;
  private volatile StorageException failure;
  private volatile boolean closed;

  LogHealth(LogId id, LogDirectory directory) {
    this.id = id;
    this.directory = directory;
  }

  /** Fails the log; returns what is to be thrown. */
  StorageException fail(String doing, Throwable cause) {
    StorageException failed = DiskFailure.failed(doing, directory.path(), cause);
    failure = failed;
    return failed;
  }

  void close() {
    closed = true;
  }

  boolean hasFailed() {
    return failure != null;
  }

  boolean isClosed() {
    return closed;
  }

  /** Throws {@code STORAGE_FAILED} unless the log may be written. */
  void requireHealthy() {
    requireOpen();
    StorageException failed = failure;
    if (failed != null) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "log "
              + id
              + " has failed and takes nothing more until it is opened again: "
              + failed.getMessage(),
          failed);
    }
  }

  /** Throws {@code STORAGE_FAILED} unless the log may be read. */
  void requireOpen() {
    if (closed) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "log " + id + " is closed; open it again to use it");
    }
  }
}
