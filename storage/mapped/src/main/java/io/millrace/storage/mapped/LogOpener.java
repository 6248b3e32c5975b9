package io.millrace.storage.mapped;

import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReplay;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.MappingLimit;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.Registration;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentFiles;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.recovery.RecoveredLog;
import io.millrace.storage.mapped.recovery.RecoveredSegment;
import io.millrace.storage.mapped.recovery.Recovery;
import java.util.List;

/**
 * Opens the logs of a storage: recovers the files of a log and builds the open log from the result.
 * Any thread; not twice at a time for the same log.
 */
final class LogOpener {

  private final StorageFiles shared;
  private final Disk disk;
  private final MappingLimit mappingLimit;
  private final StorageThreads threads;
  private final FsyncActivity fsyncs = new FsyncActivity(System::nanoTime);

  /**
   * @param maxMappedSegments sealed segments of all logs that are mapped at a time
   * @param threads where segments are prepared, finished and checked
   */
  LogOpener(StorageFiles shared, int maxMappedSegments, StorageThreads threads) {
    this.shared = shared;
    this.disk = shared.disk();
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
    LogDirectory directory = LogDirectory.of(shared.logs(), id);
    SmallFiles small = SmallFiles.of(directory, disk, shared.register().of(id));
    RecoveryFindings findings = new RecoveryFindings();
    LogIdentity identity = small.manifest().open(id, findings);
    RecoveredLog recovered = new Recovery(identity, directory, disk, small, findings).run(replay);
    boolean isNew = small.manifest().isNew();
    small.manifest().saveIfNew(identity);
    // Before the segments: after a failure here there is no file to close.
    int epoch = shared.epochs().next(id, lastEpoch(recovered, small.registration()));
    register(small.registration(), registered(recovered, epoch, small.registration()), isNew);
    SegmentFiles files = new SegmentFiles(identity, directory, disk, mappingLimit);
    IndexFiles indexes = new IndexFiles(directory, disk, small.damage().saved(), identity.key());
    SegmentSupply supply = new SegmentSupply(files, indexes, threads, maxSegmentBytes);
    SegmentList segments = new SegmentList(segments(recovered, files, indexes, supply));
    LogHealth health = new LogHealth(id, directory);
    long end = recovered.endOffset();
    LogOffsets offsets = new LogOffsets(small.registration().log().startOffset(), end, end);
    LogView view = new LogView(id, segments, health, small.damage(), offsets);
    LogChecks checks =
        new LogChecks(
            new SegmentCheckFactory(identity, directory, disk, small),
            view,
            threads.background(),
            recovered.uncheckedEnd());
    LogOpening opening =
        new LogOpening(epoch, recovered.report(), recovered.checkpointed(), onClose);
    return new MappedLog(view, opening, new LogFlush(view, small, supply, fsyncs), checks, supply);
  }

  /** An epoch in the files of a log may be lost with its newest segment. */
  private static int lastEpoch(RecoveredLog recovered, Registration registration) {
    RegisteredLog before = registration.log();
    return before == null ? recovered.lastEpoch() : Math.max(before.epoch(), recovered.lastEpoch());
  }

  private static void register(Registration registration, RegisteredLog found, boolean isNew) {
    if (isNew) {
      registration.created(found);
    } else {
      registration.opened(found);
    }
  }

  private static RegisteredLog registered(
      RecoveredLog recovered, int epoch, Registration registration) {
    List<RecoveredSegment> segments = recovered.segments();
    long oldest = segments.isEmpty() ? recovered.endOffset() : segments.get(0).baseOffset();
    RegisteredLog before = registration.log();
    long start = before == null ? oldest : Math.max(before.startOffset(), oldest);
    return new RegisteredLog(
        start, newestRequired(recovered, registration), recovered.endOffset(), epoch);
  }

  /** The newest segment that is known to have its name on the disk. */
  private static long newestRequired(RecoveredLog recovered, Registration registration) {
    RegisteredLog before = registration.log();
    for (int i = recovered.segments().size() - 1; i >= 0; i--) {
      long base = recovered.segments().get(i).baseOffset();
      if (base < recovered.endOffset() || (before != null && base == before.newestSegment())) {
        return base;
      }
    }
    return RegisteredLog.NO_SEGMENT;
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
