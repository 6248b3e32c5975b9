package io.millrace.storage.mapped;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import io.millrace.storage.mapped.file.SegmentHeader;
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
 *      ^                                     |   ^
 *      |                                fill v   | filled, or hurried
 *      `------------- enlarge ------------- FILLING
 * </pre>
 *
 * <p>Threads of the storage allocate and fill. The log's owner takes the file and never waits for
 * it: the lock is held only while the stage changes. If the owner enlarges the segment, the file
 * that is too small waits until a thread of the storage deletes it and allocates another one.
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
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition stageChanged = lock.newCondition();
  private Stage stage = Stage.WAITING; // guarded by lock
  private SegmentFile file; // guarded by lock
  private boolean fillingBegun; // guarded by lock
  private volatile int capacityBytes; // the owner changes it, with the lock
  private volatile boolean hurried;

  PreparedSegment(SegmentFiles files, int capacityBytes) {
    this.files = files;
    this.capacityBytes = capacityBytes;
  }

  /** Whether an empty segment of this size has space for a batch. */
  boolean fits(int batchBytes) {
    return capacityBytes - SegmentHeader.BYTES >= batchBytes;
  }

  /**
   * Allocates the file, unless the owner needed it before. Replaces a file that is too small.
   * Blocks on the disk.
   */
  void allocate() {
    if (!beginAllocating()) {
      return;
    }
    SegmentFile allocated = null;
    try {
      deleteFile();
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
      filling.fillWithZerosAndFsync(() -> hurried || isTooSmall(filling));
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

  /** With the stage {@code ALLOCATING}: deletes the file that is too small, if there is one. */
  private void deleteFile() {
    SegmentFile unfit;
    lock.lock();
    try {
      unfit = file;
      file = null;
    } finally {
      lock.unlock();
    }
    if (unfit != null) {
      unfit.deleteUnused();
    }
  }

  /** The file to fill, or null if there is none. */
  private SegmentFile beginFilling() {
    lock.lock();
    try {
      if (stage != Stage.ALLOCATED || fillingBegun) {
        return null;
      }
      stage = Stage.FILLING;
      fillingBegun = true;
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
      fillingBegun = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isTooSmall(SegmentFile allocated) {
    return allocated.mappedBytes() < capacityBytes;
  }

  /**
   * @param ready the file, or null if it cannot be used
   */
  private void settle(SegmentFile ready) {
    lock.lock();
    try {
      file = ready;
      if (ready == null) {
        stage = Stage.GONE;
      } else {
        stage = isTooSmall(ready) ? Stage.WAITING : Stage.ALLOCATED;
      }
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
    return isIn(Stage.ALLOCATED);
  }

  /**
   * Owner: asks for a larger file. The caller lets {@link #allocate()} run after this call; a file
   * that exists is not taken any more.
   *
   * @param capacityBytes larger than before
   * @return false if the file was taken or cannot be taken any more; then nothing has changed
   */
  boolean enlarge(int capacityBytes) {
    lock.lock();
    try {
      if (stage == Stage.GONE) {
        return false;
      }
      this.capacityBytes = capacityBytes;
      if (stage == Stage.ALLOCATED) {
        stage = Stage.WAITING;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the file has to be allocated, for the first time or again. */
  boolean isWaiting() {
    return isIn(Stage.WAITING);
  }

  /** Whether the file was taken or cannot be taken any more. */
  boolean isGone() {
    return isIn(Stage.GONE);
  }

  private boolean isIn(Stage asked) {
    lock.lock();
    try {
      return stage == asked;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Owner: the file if it is ready, else null. If the first allocation has not begun, it is
   * cancelled. If the file is being allocated, filled or replaced, it can be taken later.
   */
  SegmentFile takeIfReady() {
    lock.lock();
    try {
      if (stage == Stage.WAITING && file == null) {
        stage = Stage.GONE;
      }
      return stage == Stage.ALLOCATED ? take() : null;
    } finally {
      lock.unlock();
    }
  }

  /** With the lock: takes the file, which may be null. */
  private SegmentFile take() {
    SegmentFile taken = file;
    stage = Stage.GONE;
    file = null;
    return taken;
  }

  /** Deletes the file; waits for an allocation or a filling that runs. Blocks on the disk. */
  void discard() {
    hurried = true;
    SegmentFile unused;
    lock.lock();
    try {
      while (stage == Stage.ALLOCATING || stage == Stage.FILLING) {
        stageChanged.awaitUninterruptibly();
      }
      unused = take();
    } finally {
      lock.unlock();
    }
    if (unused != null) {
      unused.deleteUnused();
    }
  }
}
