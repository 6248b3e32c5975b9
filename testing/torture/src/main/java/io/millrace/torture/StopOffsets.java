package io.millrace.torture;

import java.util.concurrent.TimeUnit;

/**
 * Where readers stop: nowhere until all is sent, then at the end of every partition. Thread-safe.
 */
final class StopOffsets {

  private volatile long[] ends;
  private volatile long givenUpNanos;

  /**
   * All is sent; from now on readers are done when they have come to these ends.
   *
   * @param patience after that much time they are done anyway
   */
  void draw(long[] endOffsets, long patience, TimeUnit unit) {
    givenUpNanos = System.nanoTime() + unit.toNanos(patience);
    ends = endOffsets.clone();
  }

  /** Nothing more will come. */
  void giveUp() {
    draw(new long[0], 0, TimeUnit.NANOSECONDS);
  }

  boolean isDrawn() {
    return ends != null;
  }

  boolean isGivenUp() {
    return ends != null && System.nanoTime() - givenUpNanos >= 0;
  }

  /** Whether a reader has nothing more to do. */
  boolean isPassedBy(ReaderPositions track) {
    return isGivenUp() || ends != null && missing(track) == null;
  }

  /** Where a reader is short of an end; null if nowhere. */
  String missing(ReaderPositions track) {
    long[] line = ends;
    for (int partition = 0; partition < line.length; partition++) {
      if (track.position(partition) < line[partition]) {
        return "partition "
            + partition
            + ": it stands at "
            + track.position(partition)
            + ", the end is "
            + line[partition];
      }
    }
    return null;
  }
}
