package io.millrace.storage.mapped.recovery;

import io.millrace.storage.RecoveryReport;
import io.millrace.storage.mapped.Segment;
import java.util.List;

/**
 * A log as recovery leaves it: everything before the end is on disk.
 *
 * @param segments oldest first; empty for a log that has none yet
 * @param endOffset where the next batch goes
 * @param lastEpoch the largest epoch met, 0 if none
 * @param uncheckedEnd batches below were trusted without a look at their payload
 * @param checkpointed offset of the checkpoint, 0 if there is none
 */
public record RecoveredLog(
    List<Segment> segments,
    long endOffset,
    int lastEpoch,
    long uncheckedEnd,
    long checkpointed,
    RecoveryReport report) {

  public RecoveredLog {
    segments = List.copyOf(segments);
  }

  /** The same, with the first segment of a log that had none. */
  public RecoveredLog withFirst(Segment first) {
    return new RecoveredLog(
        List.of(first), endOffset, lastEpoch, uncheckedEnd, checkpointed, report);
  }
}
