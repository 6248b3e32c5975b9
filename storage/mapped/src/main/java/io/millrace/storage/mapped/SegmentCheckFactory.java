package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.recovery.RecoveryActions;

/**
 * Creates the checks of one log's segments. Any thread.
 *
 * @param files its damage record gets the damage that the checks find
 */
record SegmentCheckFactory(
    LogIdentity identity, LogDirectory directory, Disk disk, SmallFiles files) {

  /** The damage that is known. */
  DamageRecord damage() {
    return files.damage();
  }

  /**
   * A check of one segment.
   *
   * @param upTo end offset of the check, at most the durable offset
   */
  SegmentCheck create(Segment segment, long upTo) {
    RecoveryFindings findings = new RecoveryFindings();
    RecoveryActions actions = new RecoveryActions(identity, directory, disk, files, findings);
    return new SegmentCheck(segment, upTo, actions, findings, damage());
  }
}
