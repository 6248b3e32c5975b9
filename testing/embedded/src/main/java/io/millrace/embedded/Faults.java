package io.millrace.embedded;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.time.Duration;

/** The faults of the disk that are switched on. Any thread. */
final class Faults {

  private volatile boolean diskFull;
  private volatile boolean fsyncFails;
  private Duration fsyncDelay = Duration.ZERO;

  boolean diskFull() {
    return diskFull;
  }

  void diskFull(boolean full) {
    diskFull = full;
  }

  void fsyncFails(boolean fails) {
    fsyncFails = fails;
  }

  /** Also holds for an fsync that is waiting. */
  synchronized void fsyncDelay(Duration delay) {
    fsyncDelay = delay;
    notifyAll();
  }

  /** Waits as long as an fsync takes. Blocks the flusher. */
  synchronized void delayFsync() {
    long began = System.nanoTime();
    long left = fsyncDelay.toNanos();
    while (left > 0) {
      try {
        // Rounded up: zero would mean without a limit.
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = fsyncDelay.toNanos() - (System.nanoTime() - began);
    }
  }

  void requireSpace(LogId log) {
    if (diskFull) {
      throw new StorageException(
          ErrorCode.DISK_FULL,
          "the disk is full: log "
              + log
              + " cannot grow; appends resume when the test calls diskFull(false)");
    }
  }

  void requireFsync(LogId log) {
    if (fsyncFails) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "the fsync of log " + log + " failed, because the test called failFsync()");
    }
  }

  /** The same faults for the next broker. */
  synchronized Faults copy() {
    Faults copy = new Faults();
    copy.diskFull = diskFull;
    copy.fsyncFails = fsyncFails;
    copy.fsyncDelay = fsyncDelay;
    return copy;
  }

  /** The faults that are on, for the end of a sentence; empty if there are none. */
  @Override
  public synchronized String toString() {
    return (diskFull ? ", its disk is full" : "")
        + (fsyncFails ? ", its fsyncs fail" : "")
        + (fsyncDelay.isZero() ? "" : ", its fsyncs take " + fsyncDelay);
  }

  /** Switches all faults off. */
  void end() {
    diskFull = false;
    fsyncFails = false;
    fsyncDelay(Duration.ZERO);
  }
}
