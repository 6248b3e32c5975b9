package io.millrace.core;

import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;

/**
 * The durable offset of one partition, checked where it changes: it never goes back, and it never
 * passes the end of the log. An engine that breaks this rule would show readers events that a power
 * cut can remove. One thread at a time writes, any thread reads.
 */
final class DurableOffset {

  private final PartitionLog log;
  private volatile long offset;

  DurableOffset(PartitionLog log) {
    this.log = log;
    this.offset = log.offsets().durable();
  }

  /** One past the last offset on disk. */
  long get() {
    return offset;
  }

  /**
   * Moves to an offset that the log has reported as durable.
   *
   * @throws IllegalStateException if the offset is less than before or greater than the end
   */
  void moveTo(long durable) {
    LogOffsets offsets = log.offsets();
    if (durable < offset || durable > offsets.end()) {
      throw new IllegalStateException(
          "log "
              + log.id()
              + " reports the durable offset "
              + durable
              + "; expected "
              + offset
              + " to "
              + offsets.end());
    }
    offset = durable;
  }
}
