package io.millrace.storage.mapped.file;

import io.millrace.storage.RecoveryCase;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a log keeps its {@link ClosedMark}. A mark stands from an orderly close until something
 * behind the place that it names is forced, for that must not be taken for nothing at the next
 * opening; or until an opening does not find it true.
 *
 * <p>Used by the thread that opens the log, then by its flusher, and by its owner when no force is
 * under way.
 */
public final class ClosedMarkFile {

  private static final Logger LOG = LoggerFactory.getLogger(ClosedMarkFile.class);

  private final Path file;
  private final Disk disk;

  /** Whether the file is there, whatever it says. */
  private boolean stands;

  public ClosedMarkFile(LogDirectory directory, Disk disk) {
    this.file = directory.closedMark();
    this.disk = disk;
  }

  /**
   * The mark of the last orderly close, or null if there is none that can be used.
   *
   * @param findings added to
   */
  public ClosedMark read(List<RecoveryFinding> findings) {
    try {
      ClosedMark mark = ClosedMark.read(file).orElse(null);
      stands = mark != null;
      return mark;
    } catch (StorageException e) {
      stands = true;
      findings.add(
          new RecoveryFinding(
              RecoveryCase.UNCLEAN, "the closed mark is not used: " + e.getMessage()));
      return null;
    }
  }

  public boolean stands() {
    return stands;
  }

  /** Takes the mark away; on return it cannot come back. */
  public void withdraw() throws IOException {
    if (stands) {
      Files.deleteIfExists(file);
      disk.forceDirectory(file.getParent());
      stands = false;
    }
  }

  /**
   * Says that the log was closed in order, unless the mark of an earlier close still says so. Where
   * it cannot be written, the next opening checks the log's tail.
   */
  public void leave(ClosedMark mark) {
    if (stands) {
      return;
    }
    try {
      mark.write(file);
      stands = true;
    } catch (StorageException e) {
      LOG.warn(
          "event=log_not_marked_closed log={} reason=\"{}\"",
          file.getParent().getFileName(),
          e.getMessage());
    }
  }
}
