package io.millrace.client;

/**
 * Offsets of a partition that an answer leaves out because the events are damaged.
 *
 * @param partition the partition, from 0
 * @param firstOffset the first offset that is left out, or {@link #ALL}
 * @param endOffset one past the last offset that is left out, or {@link #ALL}
 */
public record SkippedOffsets(int partition, long firstOffset, long endOffset) {

  /** In place of both offsets: the whole partition is left out, because the broker refuses it. */
  public static final long ALL = -1;

  /** Whether the whole partition is left out. */
  public boolean isWholePartition() {
    return firstOffset == ALL;
  }
}
