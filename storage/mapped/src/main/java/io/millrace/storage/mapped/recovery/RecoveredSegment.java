package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.SparseIndex;

/**
 * A segment as recovery leaves it on disk.
 *
 * @param mappedBytes bytes of the file that may be mapped; for the active segment, its capacity
 * @param end position after the last batch; for a segment that was not read, the size of its file
 * @param endOffset one past the last offset; {@link Long#MAX_VALUE} if the segment is active
 * @param index null if the segment was not read: the log loads the index when it needs it
 */
public record RecoveredSegment(
    long baseOffset, int mappedBytes, int end, long endOffset, SparseIndex index) {

  private static final long ACTIVE = Long.MAX_VALUE;

  static RecoveredSegment sealed(long baseOffset, int end, long endOffset, SparseIndex index) {
    return new RecoveredSegment(baseOffset, end, end, endOffset, index);
  }

  static RecoveredSegment active(long baseOffset, int mappedBytes, int end, SparseIndex index) {
    return new RecoveredSegment(baseOffset, mappedBytes, end, ACTIVE, index);
  }

  /** Whether batches are appended to this segment. */
  public boolean isActive() {
    return endOffset == ACTIVE;
  }
}
