package io.millrace.benchmarks.groups;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What happens to the partitions of a topic since {@link #begin}: which were taken away from a
 * member that stays, which a member got, and the longest time without an event. Thread-safe.
 */
final class PartitionBoard {

  private final long[] lastEventNanos;
  private final long[] longestGapNanos;
  private final BitSet revoked = new BitSet();
  private final BitSet assigned = new BitSet();
  private final BitSet heard = new BitSet();

  PartitionBoard(int partitions) {
    this.lastEventNanos = new long[partitions];
    this.longestGapNanos = new long[partitions];
  }

  /** Forgets what was before. */
  synchronized void begin() {
    long now = System.nanoTime();
    Arrays.fill(longestGapNanos, 0);
    Arrays.setAll(lastEventNanos, i -> lastEventNanos[i] == 0 ? now : lastEventNanos[i]);
    revoked.clear();
    assigned.clear();
    heard.clear();
  }

  synchronized void assigned(int partition) {
    assigned.set(partition);
    heard.clear(partition);
  }

  synchronized void revoked(int partition) {
    revoked.set(partition);
  }

  synchronized void event(int partition) {
    long now = System.nanoTime();
    heard.set(partition);
    longestGapNanos[partition] =
        Math.max(longestGapNanos[partition], now - lastEventNanos[partition]);
    lastEventNanos[partition] = now;
  }

  /** Whether an event of each partition was handed out since the beginning and its last move. */
  synchronized boolean isHeard() {
    return heard.cardinality() == lastEventNanos.length;
  }

  /** The number of partitions that were taken away from members that stay. */
  synchronized int taken() {
    return revoked.cardinality();
  }

  /** The number of partitions that members got. */
  synchronized int moved() {
    return assigned.cardinality();
  }

  /** The longest times without an event of the partitions that a member got, in ms, ascending. */
  synchronized double[] pausesOfMoved() {
    return assigned.stream().mapToDouble(p -> longestGapNanos[p] / 1e6).sorted().toArray();
  }

  /** The longest time without an event of the other partitions, in ms; 0 if there are none. */
  synchronized double longestPauseOfOthers() {
    double longest = 0;
    for (int p = 0; p < longestGapNanos.length; p++) {
      longest = assigned.get(p) ? longest : Math.max(longest, longestGapNanos[p] / 1e6);
    }
    return longest;
  }
}
