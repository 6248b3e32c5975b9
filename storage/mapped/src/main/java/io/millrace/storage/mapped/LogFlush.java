package io.millrace.storage.mapped;

import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.SmallFiles;

/**
 * Makes what is appended to an open log durable: fsyncs, checkpoints, and the mark of a log that is
 * closed cleanly. Flusher thread; blocks on the disk.
 */
final class LogFlush {

  private final LogView view;
  private final SmallFiles files;
  private final SegmentSupply supply;
  private final FsyncActivity fsyncs;

  LogFlush(LogView view, SmallFiles files, SegmentSupply supply, FsyncActivity fsyncs) {
    this.view = view;
    this.files = files;
    this.supply = supply;
    this.fsyncs = fsyncs;
  }

  /** The fsyncs of all logs of the storage. Any thread. */
  FsyncActivity fsyncs() {
    return fsyncs;
  }

  /**
   * Fsyncs everything that was appended before the call.
   *
   * @return the durable offset after the call
   * @throws StorageException {@code RESOURCES_EXHAUSTED} if a directory could not be opened or a
   *     file not be mapped, so that something was not fsynced, and no fsync has failed; the next
   *     call fsyncs what is left. {@code STORAGE_FAILED}; the log has then failed
   */
  long fsync() {
    long durable = view.durable();
    long target = view.end();
    if (target == durable) {
      return target;
    }
    fsyncs.begin();
    try {
      // Before the names: the register must not require a segment whose name is not durable.
      long newest = view.segments().newest().baseOffset();
      files.closedMark().delete();
      supply.fsyncNames();
      files.registration().requires(newest);
      for (Segment segment : view.segments().from(durable)) {
        segment.fsync();
      }
    } catch (Throwable e) {
      throw view.health().failFsync(e);
    } finally {
      fsyncs.end();
    }
    view.publishDurable(target);
    files.registration().durable(target);
    return target;
  }

  /** Notes durably that the events below a durable offset are deleted. Retention's thread. */
  void noteDeletion(long start) {
    files.registration().requireEntry();
    files.registration().startsAt(start);
  }

  /**
   * Notes where the log starts and which segment is its newest, durably, before older segments are
   * deleted. Retention's thread.
   *
   * @param newest a segment whose name is durable
   */
  void noteStart(long start, long newest) {
    files.registration().requires(newest);
    files.registration().startsAt(start);
  }

  /**
   * Replaces the checkpoint, and saves the durable part of the newest segment's index if there is
   * space for it.
   */
  void save(Checkpoint checkpoint) {
    if (files.checkpoints().write(checkpoint)) {
      view.segments().newest().saveIndexUpTo(checkpoint.durableOffset());
    }
  }

  /**
   * Marks a log that is durable up to its end as closed. Writes nothing if the log was only read
   * since it was last closed cleanly.
   */
  void markClosed(int epoch) {
    long end = view.end();
    Segment newest = view.segments().newest();
    if (!files.closedMark().exists() || !newest.hasIndexFile(end)) {
      newest.saveIndex(end);
    }
    files.closedMark().write(new ClosedMark(end, newest.baseOffset(), newest.end(), epoch));
  }
}
