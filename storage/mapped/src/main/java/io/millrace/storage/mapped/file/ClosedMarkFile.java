package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with the {@link ClosedMark} of a log. It exists after the log was closed cleanly, until
 * a batch after its position becomes durable, since the next opening must not ignore that batch; or
 * until an opening finds that the mark is not true.
 *
 * <p>Used by the thread that opens the log, then by its flusher, and by its owner while no fsync is
 * running.
 */
public final class ClosedMarkFile {

  private static final Logger LOG = LoggerFactory.getLogger(ClosedMarkFile.class);

  private final LogDirectory directory;
  private final Disk disk;

  /** Whether the file exists, valid or not. */
  private boolean exists;

  ClosedMarkFile(LogDirectory directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * The mark of a log that was closed cleanly, or null if there is none or it is damaged.
   *
   * @param findings gets a finding for a damaged mark
   * @throws StorageException {@code RESOURCES_EXHAUSTED}
   */
  public ClosedMark read(RecoveryFindings findings) {
    try {
      ClosedMark mark = ClosedMark.read(directory).orElse(null);
      exists = mark != null;
      return mark;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw e; // the file was not opened, so the mark may be true
      }
      exists = true;
      findings.add(RecoveryCase.UNCLEAN, "the closed mark is not used: " + e.getMessage());
      return null;
    }
  }

  public boolean exists() {
    return exists;
  }

  /** Deletes the mark durably, if it exists. */
  public void delete() throws IOException {
    if (exists) {
      Files.deleteIfExists(directory.closedMark());
      disk.fsyncDirectory(directory.path());
      exists = false;
    }
  }

  /**
   * Writes the mark of a log that is closed cleanly. If a mark exists, it is still true, and
   * nothing is written. If the write fails, the next opening checks the log's tail.
   */
  public void write(ClosedMark mark) {
    if (exists) {
      return;
    }
    try {
      mark.write(directory);
      exists = true;
    } catch (StorageException e) {
      LOG.warn(
          "event=log_not_marked_closed log={} reason=\"{}\"", directory.name(), e.getMessage());
    }
  }
}
