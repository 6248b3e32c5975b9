package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogSettings;
import io.millrace.storage.mapped.file.ClosedMarkFile;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.MappingLimit;
import java.util.concurrent.Executor;

/**
 * What a log works with.
 *
 * @param forces of this log and the others of its storage
 * @param background where segments are prepared and finished
 * @param damage what is known to be damaged; read by recovery
 * @param closedMark whether the log was closed in order; read by recovery
 */
public record LogParts(
    LogId id,
    LogSettings settings,
    LogDirectory directory,
    EpochCounter epochs,
    Disk disk,
    FsyncActivity forces,
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
      FsyncActivity forces,
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
