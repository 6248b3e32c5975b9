package io.millrace.storage.mapped;

import io.millrace.storage.RecoveryReport;
import java.util.List;

/**
 * A log as recovery leaves it: everything before the end is on disk.
 *
 * @param segments oldest first; empty for a log that has none yet
 * @param endOffset where the next batch goes
 * @param closedMarkStands whether the mark of the last close is still on disk
 */
record Recovered(
    List<Segment> segments, long endOffset, boolean closedMarkStands, RecoveryReport report) {}
