package io.millrace.torture;

import java.util.concurrent.TimeUnit;

/**
 * The offsets at which the readers of a torture run stop. They are not known until all events are
 * sent; then they are the end of each partition. Thread-safe.
 */
final class StopOffsets {

  private volatile long[] ends;
  private volatile long timeoutNanos;

  /**
   * Sets the offsets, when all events are sent.
   *
   * @param timeout after this time, readers stop wherever they are
   */
  void set(long[] endOffsets, long timeout, TimeUnit unit) {
    timeoutNanos = System.nanoTime() + unit.toNanos(timeout);
    ends = endOffsets.clone();
  }

  /** Makes all readers stop at once. */
  void giveUp() {
    set(new long[0], 0, TimeUnit.NANOSECONDS);
  }

  boolean areSet() {
    return ends != null;
  }

  boolean isTimedOut() {
    return ends != null && System.nanoTime() - timeoutNanos >= 0;
  }

  /** Whether a reader has reached all offsets, or the time is over. */
  boolean areReachedBy(ReaderPositions positions) {
    return isTimedOut() || ends != null && firstNotReachedBy(positions) == null;
  }

  /** Describes the first partition whose offset a reader has not reached; null if there is none. */
  String firstNotReachedBy(ReaderPositions positions) {
    long[] stops = ends;
    for (int partition = 0; partition < stops.length; partition++) {
      if (positions.position(partition) < stops[partition]) {
        return "partition "
            + partition
            + ": it is at "
            + positions.position(partition)
            + ", the end is "
            + stops[partition];
      }
    }
    return null;
  }
}
