package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.Refusals;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.LogDirectory;

/**
 * The state of an open log: healthy, failed or closed. After a failure it is unknown which of the
 * bytes after the durable offset are on the disk. Only a new opening checks them, and makes the log
 * usable again.
 *
 * <pre>
 *   healthy -- append or fsync fails --> failed -- close --> closed
 *      \________________________ close _____________________/
 * </pre>
 *
 * <p>The owner and the flusher set a failure; the owner closes. Any thread reads.
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

  /**
   * Sets a failure.
   *
   * @param doing the operation that failed, such as "append to"
   * @return the error to throw
   */
  StorageException fail(String doing, Throwable cause) {
    StorageException failed = DiskFailure.failed(doing, directory.path(), cause);
    failure = failed;
    return failed;
  }

  /**
   * Sets a failure after something thrown during an fsync, unless a file or directory could not be
   * opened or mapped for lack of a resource. A failed fsync is an {@code IOException}, so {@code
   * RESOURCES_EXHAUSTED} shows that none has failed. After any other exception or Error, the
   * content of the disk is unknown.
   *
   * @return the error to throw
   */
  StorageException failFsync(Throwable thrown) {
    return thrown instanceof StorageException refusal
            && refusal.code() == ErrorCode.RESOURCES_EXHAUSTED
        ? refusal
        : fail("fsync", thrown);
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
              + " has failed and accepts no writes until it is opened again: "
              + failed.getMessage(),
          failed);
    }
  }

  /** Throws {@code STORAGE_FAILED} unless the log may be read. */
  void requireOpen() {
    if (closed) {
      throw Refusals.closed(id);
    }
  }
}
