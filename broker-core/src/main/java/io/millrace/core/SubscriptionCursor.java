package io.millrace.core;

import io.millrace.storage.LogSlice;
import io.millrace.storage.OffsetRange;

/**
 * Where one subscription reads in its log. It reads slice after slice; with a filter or sources, it
 * searches the next range that can have wanted events, and reads only that. What waits for a device
 * runs on the reader pool; until it is done, the cursor is busy. The owner of the partition has its
 * state.
 */
final class SubscriptionCursor {

  private final PushSubscription subscription;
  private final Subscriptions home;

  /** Null if every batch is wanted. */
  private final WantedRanges ranges;

  /** Null while the cursor is closed. */
  private PartitionReader reader;

  /** The offset of the first event that was not read. */
  private long position;

  /** Whether another thread loads a slice, tests one, or looks for the next range to read. */
  private boolean busy;

  /** Whether another thread loads a slice. */
  private boolean readingFromDisk;

  /**
   * @param ranges null if every batch is wanted
   */
  SubscriptionCursor(
      PushSubscription subscription,
      Subscriptions home,
      WantedRanges ranges,
      PartitionReader reader,
      long position) {
    this.subscription = subscription;
    this.home = home;
    this.ranges = ranges;
    this.reader = reader;
    this.position = position;
  }

  long position() {
    return position;
  }

  void moveTo(long offset) {
    position = offset;
  }

  boolean isBusy() {
    return busy;
  }

  boolean isReadingFromDisk() {
    return readingFromDisk;
  }

  boolean isOpen() {
    return reader != null;
  }

  /** Continues at the position. */
  void open(PartitionReader next) {
    reader = next;
  }

  /** Continues at the position in a log that was opened again. */
  void reopen(PartitionReader next) {
    reader = next;
    if (ranges != null) {
      ranges.forget(position);
    }
  }

  void close() {
    if (reader != null && !busy) {
      reader.close(); // while another thread works, endWork() closes it
    }
    reader = null;
    busy = false;
    readingFromDisk = false;
  }

  /**
   * Another thread begins to work for this subscription.
   *
   * @return the reader, for {@link #endWork}
   */
  PartitionReader beginWork() {
    busy = true;
    return reader;
  }

  /**
   * Another thread is done. If the cursor was closed meanwhile, closes the reader of that time,
   * which nobody else does.
   *
   * @return whether the result is still wanted
   */
  boolean endWork(PartitionReader before) {
    if (before != reader) {
      before.close();
      return false;
    }
    busy = false;
    readingFromDisk = false;
    return true;
  }

  /**
   * Reads the next slice, and has the subscription pass it; or begins to load it, or to search.
   *
   * @param maxBytes as in {@link PartitionReader#read}
   * @return its bytes; 0 if the caller is to try again, -1 if there is none now
   */
  int readNext(int maxBytes, long visibleEnd) {
    if (ranges != null && ranges.isSearchDue(position, visibleEnd)) {
      search(visibleEnd);
      return -1;
    }
    long limit = ranges == null ? visibleEnd : ranges.readLimit(position, visibleEnd);
    LogSlice slice = reader.read(maxBytes, limit);
    if (slice == null) {
      return readNothing(limit, visibleEnd);
    }
    if (!slice.cold()) {
      int bytes = slice.buffer().remaining();
      subscription.pass(slice, visibleEnd);
      return bytes;
    }
    if (ranges != null && ranges.isSearchDueIfCold(position, visibleEnd)) {
      slice.close();
      search(visibleEnd);
    } else {
      load(slice);
    }
    return -1;
  }

  private int readNothing(long limit, long visibleEnd) {
    if (limit < visibleEnd) {
      ranges.readOn(position);
      return 0;
    }
    subscription.reportPosition(visibleEnd);
    return -1;
  }

  /** Counts bytes that were read at the position. */
  void wasRead(int bytes, boolean excluded) {
    if (ranges != null) {
      ranges.read(bytes, position, excluded);
      home.countFilterBytes(bytes, 0);
    }
  }

  private void load(LogSlice slice) {
    PartitionReader loader = beginWork();
    readingFromDisk = true;
    home.whenLoaded(loader.load(slice), (loaded, failure) -> loaded(loader, loaded, failure));
  }

  private void loaded(PartitionReader loader, LogSlice slice, Throwable failure) {
    if (!endWork(loader)) {
      if (slice != null) {
        slice.close();
      }
      return;
    }
    if (failure != null) {
      subscription.fail(StageFailure.cause(failure));
      return;
    }
    try {
      subscription.pass(slice, subscription.visibleEnd());
    } catch (RuntimeException | Error e) {
      subscription.fail(e);
    }
    subscription.wake();
  }

  private void search(long visibleEnd) {
    PartitionReader before = beginWork();
    home.whenNextRange(
        ranges.wanted(),
        position,
        visibleEnd,
        (range, failure) -> found(before, range, visibleEnd, failure));
  }

  private void found(PartitionReader before, OffsetRange range, long limit, Throwable failure) {
    if (!endWork(before)) {
      return;
    }
    if (failure != null) {
      subscription.fail(StageFailure.cause(failure));
      return;
    }
    try {
      long next = ranges.found(range, position, limit);
      reader = home.reader(next);
      before.close();
      home.countFilterBytes(0, range.skippedBytes());
      subscription.passOver(range.skippedBytes(), next, next > position);
    } catch (RuntimeException | Error e) {
      subscription.fail(e);
    }
    subscription.wake();
  }
}
