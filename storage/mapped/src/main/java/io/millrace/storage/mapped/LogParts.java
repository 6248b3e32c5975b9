package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogSettings;
import java.util.concurrent.Executor;

/**
 * What a log works with.
 *
 * @param forces of this log and the others of its storage
 * @param background where segments are prepared and finished
 * @param damage what is known to be damaged; read by recovery
 * @param closedMark whether the log was closed in order; read by recovery
 */
record LogParts(
    LogId id,
    LogSettings settings,
    LogDirectory directory,
    EpochCounter epochs,
    Disk disk,
    RecentForces forces,
    MappingLimit mappingLimit,
    Executor background,
    DamageRecord damage,
    ClosedMarkFile closedMark) {

  LogParts(
      LogId id,
      LogSettings settings,
      LogDirectory directory,
      EpochCounter epochs,
      Disk disk,
      RecentForces forces,
      MappingLimit mappingLimit,
      Executor background) {
    this(
        id,
        settings,
        directory,
        epochs,
        disk,
        forces,
        mappingLimit,
        background,
        new DamageRecord(directory, disk),
        new ClosedMarkFile(directory, disk));
  }
}
