package io.millrace.group;

/**
 * Where the logs of partitions end. A position after the end is not one that a client can have
 * reached: it would skip the events that come.
 */
public interface PartitionEnds {

  /** The end of a log that nobody knows now; every position is below it. */
  long UNKNOWN = Long.MAX_VALUE;

  /** No end is known. */
  PartitionEnds NONE_KNOWN = partition -> UNKNOWN;

  /**
   * One past the last event that a reader can have seen, or {@link #UNKNOWN}. Called on the thread
   * of the machine; must not block.
   */
  long of(PartitionId partition);
}
