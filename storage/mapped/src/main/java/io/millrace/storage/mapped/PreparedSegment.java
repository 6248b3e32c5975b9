package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment file that is allocated before it is needed. If the fsyncs of the segment will be small,
 * the file is also filled with zeros and fsynced, so that they need not wait for the file system's
 * journal. A background thread runs it; the log's owner takes the file and never waits for it.
 */
final class PreparedSegment implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PreparedSegment.class);

  private final SegmentFiles files;
  private final int capacityBytes;
  private final boolean zeros;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<SegmentFile> ready = new CompletableFuture<>();

  /**
   * @param zeros whether to fill the file with zeros
   */
  PreparedSegment(SegmentFiles files, int capacityBytes, boolean zeros) {
    this.files = files;
    this.capacityBytes = capacityBytes;
    this.zeros = zeros;
  }

  @Override
  public void run() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    try {
      ready.complete(prepare());
    } catch (RuntimeException | Error e) {
      // The owner meets the same failure when it allocates a file itself, and reports it.
      LOG.debug(
          "event=segment_not_prepared file={} reason=\"{}\"",
          files.directory().preparedSegment(),
          e.toString());
      ready.completeExceptionally(e);
    }
  }

  private SegmentFile prepare() {
    SegmentFile file = files.allocateAhead(capacityBytes);
    boolean prepared = false;
    try {
      if (zeros) {
        file.fillWithZerosAndFsync();
      }
      prepared = true;
      return file;
    } catch (IOException e) {
      throw DiskFailure.of("prepare", file.path(), e);
    } finally {
      if (!prepared) {
        deleteUnused(file);
      }
    }
  }

  int capacityBytes() {
    return capacityBytes;
  }

  /** Whether the preparation has failed or was cancelled. */
  boolean hasFailed() {
    return ready.isCompletedExceptionally();
  }

  /**
   * The file if it is ready, else null. If the preparation has not begun, it is cancelled; if it
   * runs, the file can be taken later.
   */
  SegmentFile takeIfReady() {
    if (begun.compareAndSet(false, true)) {
      ready.cancel(false);
    }
    return ready.isDone() && !ready.isCompletedExceptionally() ? ready.join() : null;
  }

  /** Deletes the file; waits for a preparation that runs. */
  void discard() {
    if (begun.compareAndSet(false, true)) {
      return;
    }
    try {
      deleteUnused(ready.join());
    } catch (CompletionException | CancellationException neverPrepared) {
      LOG.debug("event=segment_never_prepared file={}", files.directory().preparedSegment());
    }
  }

  /** Deletes a file that does not become a segment. */
  static void deleteUnused(SegmentFile file) {
    try {
      file.delete();
    } catch (IOException e) {
      LOG.warn("event=file_not_deleted file={} reason=\"{}\"", file.path(), e.toString());
    }
  }
}
