package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.MappingLimit;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.recovery.RecoveredLog;
import io.millrace.storage.mapped.recovery.RecoveredSegment;
import io.millrace.storage.mapped.recovery.Recovery;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens the logs of a storage: recovers the files of a log and builds the open log from the result.
 * Any thread; not twice at a time for the same log.
 */
final class LogOpener {

  private final Path logs;
  private final Disk disk;
  private final EpochCounter epochs;
  private final MappingLimit mappingLimit;
  private final StorageThreads threads;
  private final FsyncActivity fsyncs = new FsyncActivity(System::nanoTime);

  /**
   * @param logs the directory that contains the logs' directories
   * @param maxMappedSegments sealed segments of all logs that are mapped at a time
   * @param threads where segments are prepared, finished and checked
   */
  LogOpener(
      Path logs, Disk disk, EpochCounter epochs, int maxMappedSegments, StorageThreads threads) {
    this.logs = logs;
    this.disk = disk;
    this.epochs = epochs;
    this.mappingLimit = new MappingLimit(maxMappedSegments);
    this.threads = threads;
  }

  /**
   * Recovers a log, or creates it. Blocks on the disk.
   *
   * @param replay gets the checkpoint's state and the headers of the batches after it
   * @param onClose runs once, after the log is closed
   */
  MappedLog open(LogId id, int maxSegmentBytes, LogReplay replay, Runnable onClose) {
    LogDirectory directory = LogDirectory.of(logs, id);
    SmallFiles small = SmallFiles.of(directory, disk);
    RecoveryFindings findings = new RecoveryFindings();
    LogIdentity identity = small.manifest().open(id, findings);
    RecoveredLog recovered = new Recovery(identity, directory, disk, small, findings).run(replay);
    small.manifest().saveIfNew(identity);
    // Before the segments: after a failure here there is no file to close.
    int epoch = epochs.next(id, recovered.lastEpoch());
    SegmentFiles files = new SegmentFiles(identity, directory, disk, mappingLimit);
    IndexFiles indexes = new IndexFiles(directory, disk, small.damage().saved(), identity.key());
    SegmentSupply supply = new SegmentSupply(files, indexes, threads, maxSegmentBytes);
    SegmentList segments = new SegmentList(segments(recovered, files, indexes, supply));
    LogHealth health = new LogHealth(id, directory);
    LogView view = new LogView(id, segments, health, small.damage(), recovered.endOffset());
    LogChecks checks =
        new LogChecks(
            new SegmentCheckFactory(identity, directory, disk, small.damage()),
            segments,
            threads.background(),
            view::durable,
            recovered.uncheckedEnd());
    LogOpening opening =
        new LogOpening(epoch, recovered.report(), recovered.checkpointed(), onClose);
    return new MappedLog(view, opening, new LogFlush(view, small, supply, fsyncs), checks, supply);
  }

  private static List<Segment> segments(
      RecoveredLog recovered, SegmentFiles files, IndexFiles indexes, SegmentSupply supply) {
    if (recovered.segments().isEmpty()) {
      return List.of(supply.first(recovered.endOffset()));
    }
    return recovered.segments().stream()
        .map(
            segment ->
                Segment.recovered(
                    indexes, segment, open(segment, files), files.proof(segment.baseOffset())))
        .toList();
  }

  private static SegmentFile open(RecoveredSegment segment, SegmentFiles files) {
    if (!segment.isActive()) {
      return files.openSealed(segment.baseOffset(), segment.mappedBytes());
    }
    SegmentFile active = files.openActive(segment.baseOffset(), segment.mappedBytes());
    active.openWriterNow();
    return active;
  }
}
