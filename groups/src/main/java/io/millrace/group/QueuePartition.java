package io.millrace.group;

import io.millrace.group.queue.QueueWindow;

/** A window of a queue, and how {@link QueueStates} keeps it. */
final class QueuePartition {

  private final String group;
  private final PartitionId id;
  private final QueueWindow window;

  /** The deadline under which the window is queued. */
  private long queuedFor = Long.MAX_VALUE;

  private long countedBytes;

  QueuePartition(String group, PartitionId id, QueueWindow window) {
    this.group = group;
    this.id = id;
    this.window = window;
  }

  String group() {
    return group;
  }

  PartitionId id() {
    return id;
  }

  QueueWindow window() {
    return window;
  }

  long queuedFor() {
    return queuedFor;
  }

  void queuedFor(long deadline) {
    queuedFor = deadline;
  }

  /** Counts its memory again, and returns what is more than before. */
  long moreBytes() {
    long more = window.bytes() - countedBytes;
    countedBytes += more;
    return more;
  }

  long countedBytes() {
    return countedBytes;
  }
}
