package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.SegmentFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment file made ready ahead of need: allocated, and filled with zeros and forced if its
 * forces are to be small, so that they need not wait for the file system's journal. Run by a
 * background thread; asked by the log's owner, who never waits for it.
 */
final class PreparedSegment implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PreparedSegment.class);

  private final LogParts parts;
  private final Path temporary;
  private final int capacityBytes;
  private final boolean zeros;
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<SegmentFile> ready = new CompletableFuture<>();

  PreparedSegment(LogParts parts, Path temporary, int capacityBytes, boolean zeros) {
    this.parts = parts;
    this.temporary = temporary;
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
      // Told again, and to someone who can answer, when the owner allocates for itself.
      LOG.debug("event=segment_not_prepared file={} reason=\"{}\"", temporary, e.toString());
      ready.completeExceptionally(e);
    }
  }

  private SegmentFile prepare() {
    SegmentFile file = SegmentFile.allocate(parts, temporary, capacityBytes);
    boolean prepared = false;
    try {
      if (zeros) {
        file.fillWithZerosAndForce();
      }
      prepared = true;
      return file;
    } catch (IOException e) {
      throw DiskFailure.of("prepare", temporary, e);
    } finally {
      if (!prepared) {
        abandon(file);
      }
    }
  }

  int capacityBytes() {
    return capacityBytes;
  }

  /** Whether there will never be a file, because it could not be made, or is not to be. */
  boolean cameToNothing() {
    return ready.isCompletedExceptionally();
  }

  /**
   * The file, if it is ready; else null. Then, if nobody has begun, nobody will; and if somebody is
   * at it, the file can be taken later.
   */
  SegmentFile takeIfReady() {
    if (begun.compareAndSet(false, true)) {
      ready.cancel(false);
    }
    return ready.isDone() && !ready.isCompletedExceptionally() ? ready.join() : null;
  }

  /** Gets rid of the file, waiting for who is at it. */
  void discard() {
    if (begun.compareAndSet(false, true)) {
      return;
    }
    try {
      abandon(ready.join());
    } catch (CompletionException | CancellationException neverMade) {
      LOG.debug("event=segment_never_prepared file={}", temporary);
    }
  }

  /** Deletes a file that came to nothing. */
  static void abandon(SegmentFile file) {
    try {
      file.delete();
    } catch (IOException e) {
      LOG.warn("event=file_not_deleted file={} reason=\"{}\"", file.path(), e.toString());
    }
  }
}
