package io.millrace.storage.mapped.recovery;

import io.millrace.storage.RecoveryReport;
import java.util.List;

/**
 * A log as recovery leaves it on disk: everything before the end is durable.
 *
 * @param segments oldest first, the last one active; empty for a log that has no segment yet
 * @param endOffset offset of the next batch
 * @param lastEpoch the largest epoch in the log's files, 0 if there is none
 * @param uncheckedEnd recovery did not check the payloads of the batches below this offset
 * @param checkpointed offset of the checkpoint, 0 if there is none
 */
public record RecoveredLog(
    List<RecoveredSegment> segments,
    long endOffset,
    int lastEpoch,
    long uncheckedEnd,
    long checkpointed,
    RecoveryReport report) {

  public RecoveredLog {
    segments = List.copyOf(segments);
  }
}
