package io.millrace.storage.mapped;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment file that is allocated, mapped and opened before it is needed. If the fsyncs of the
 * segment will be small, the file is also filled with zeros and fsynced, so that they need not wait
 * for the file system's journal.
 *
 * <pre>
 *   WAITING -- allocate --> ALLOCATING --> ALLOCATED -- take --> GONE
 *                                            |   ^
 *                                       fill v   | filled, or hurried
 *                                           FILLING
 * </pre>
 *
 * <p>Threads of the storage allocate and fill. The log's owner takes the file and never waits for
 * it: the lock is held only while the stage changes.
 */
final class PreparedSegment {

  private enum Stage {
    WAITING,
    ALLOCATING,
    ALLOCATED,
    FILLING,
    /** Taken, discarded or failed. */
    GONE
  }

  private static final Logger LOG = LoggerFactory.getLogger(PreparedSegment.class);

  private final SegmentFiles files;
  private final int capacityBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stageChanged = lock.newCondition();
  private Stage stage = Stage.WAITING; // guarded by lock
  private SegmentFile file; // guarded by lock
  private volatile boolean hurried;

  PreparedSegment(SegmentFiles files, int capacityBytes) {
    this.files = files;
    this.capacityBytes = capacityBytes;
  }

  int capacityBytes() {
    return capacityBytes;
  }

  /** Allocates the file, unless the owner needed it before. Blocks on the disk. */
  void allocate() {
    if (!beginAllocating()) {
      return;
    }
    SegmentFile allocated = null;
    try {
      allocated = files.allocateAhead(capacityBytes);
    } catch (StorageException e) {
      // The owner allocates the file itself later. If this fails too, the owner reports the
      // failure.
      logNotPrepared(e);
    } finally {
      settle(allocated);
    }
  }

  /** Fills the file with zeros until the owner needs it soon or takes it. Blocks on the disk. */
  void fill() {
    SegmentFile filling = hurried ? null : beginFilling();
    if (filling == null) {
      return;
    }
    SegmentFile filled = null;
    try {
      filling.fillWithZerosAndFsync(() -> hurried);
      filled = filling;
    } catch (IOException | StorageException e) {
      logNotPrepared(e);
    } finally {
      if (filled == null) {
        // An fsync may have failed: nothing may be appended to this file.
        filling.deleteUnused();
      }
      settle(filled);
    }
  }

  /** The file to fill, or null if there is none. */
  private SegmentFile beginFilling() {
    lock.lock();
    try {
      if (stage != Stage.ALLOCATED) {
        return null;
      }
      stage = Stage.FILLING;
      return file;
    } finally {
      lock.unlock();
    }
  }

  private void logNotPrepared(Exception e) {
    LOG.debug(
        "event=segment_not_prepared file={} reason=\"{}\"",
        files.directory().preparedSegment(),
        e.toString());
  }

  private boolean beginAllocating() {
    lock.lock();
    try {
      if (stage != Stage.WAITING) {
        return false;
      }
      stage = Stage.ALLOCATING;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param ready the file, or null if it cannot be used
   */
  private void settle(SegmentFile ready) {
    lock.lock();
    try {
      file = ready;
      stage = ready == null ? Stage.GONE : Stage.ALLOCATED;
      stageChanged.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Owner: tells the filler to stop early, because the owner needs the file soon. */
  void hurry() {
    hurried = true;
  }

  /** Whether {@link #takeIfReady} returns the file. */
  boolean isReady() {
    lock.lock();
    try {
      return stage == Stage.ALLOCATED;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the file was taken or cannot be taken any more. */
  boolean isGone() {
    lock.lock();
    try {
      return stage == Stage.GONE;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Owner: the file if it is ready, else null. If the allocation has not begun, it is cancelled; if
   * the file is being allocated or filled, it can be taken later.
   */
  SegmentFile takeIfReady() {
    lock.lock();
    try {
      if (stage == Stage.WAITING) {
        stage = Stage.GONE;
      }
      if (stage != Stage.ALLOCATED) {
        return null;
      }
      stage = Stage.GONE;
      return file;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes the file; waits for an allocation or a filling that runs. Blocks on the disk. */
  void discard() {
    hurried = true;
    lock.lock();
    try {
      while (stage == Stage.ALLOCATING || stage == Stage.FILLING) {
        stageChanged.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    SegmentFile unused = takeIfReady();
    if (unused != null) {
      unused.deleteUnused();
    }
  }
}
