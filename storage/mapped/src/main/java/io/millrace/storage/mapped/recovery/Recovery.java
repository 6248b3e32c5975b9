package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogReplay;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the files of one log after a crash, or after it was closed cleanly. The recovered log ends
 * after its last valid batch and is durable up to there. {@link RecoveryCase} lists everything that
 * recovery can find and what it does about it. One thread, once.
 */
public final class Recovery {

  private final LogKey key;
  private final LogDirectory directory;
  private final Disk disk;
  private final SmallFiles files;
  private final RecoveryFindings findings;
  private final RecoveryActions actions;
  private final IndexFiles indexes;
  private final List<StoredSegment> segments = new ArrayList<>();
  private Checkpoint checkpoint;
  private SegmentHeader newestHeader;

  /**
   * @param identity from the manifest in {@code files}
   * @param files the files of the log; recovery reads them, and the open log uses them afterwards
   * @param findings gets the findings
   */
  public Recovery(
      LogIdentity identity,
      LogDirectory directory,
      Disk disk,
      SmallFiles files,
      RecoveryFindings findings) {
    this.key = identity.key();
    this.directory = directory;
    this.disk = disk;
    this.files = files;
    this.findings = findings;
    this.actions = new RecoveryActions(identity, directory, disk, files, findings);
    this.indexes = new IndexFiles(directory, disk, files.damage(), key);
  }

  /**
   * Recovers the log.
   *
   * @param owner gets the checkpoint's state and the headers of the batches after it
   * @throws StorageException if the log cannot be opened
   */
  public RecoveredLog run(LogReplay owner) {
    LogDirectory.Listing listing = directory.list();
    RegisteredLog registered = files.registration().log();
    RequiredFiles required = new RequiredFiles(registered, listing.segments());
    if (required.isNothingLeft()) {
      throw nothingLeft(required.registeredEnd(), "there is no segment file");
    }
    listing.leftovers().forEach(actions::removeLeftover);
    files.damage().deletedBefore(required.start());
    boolean damageKnown = loadDamage();
    checkpoint = files.checkpoints().read(required.hasDroppedSegments(), findings);
    long checkpointed = checkpoint == null ? 0 : checkpoint.offset();
    required.beforeStart(checkpointed).forEach(actions::removeBeforeStart);
    required.fromStart(checkpointed).forEach(base -> segments.add(actions.stored(base)));
    // A closed mark that no longer matches still states an offset up to which the log was durable.
    ClosedMark closed = files.closedMark().read(findings);
    long durable =
        required.durableOffset(checkpoint == null ? 0 : checkpoint.durableOffset(), closed);
    noteMissing(required);
    if (checkpoint != null && required.missingDeletedUpTo(checkpointed) > checkpointed) {
      actions.noteMissingDeleted(checkpointed, required.missingDeletedUpTo(checkpointed));
    }
    long emptyAt = removeHalfCreated(durable);
    if (wasNeverDurable(durable)) {
      emptyAt = removeAll();
    }
    CheckpointReplay replay = new CheckpointReplay(checkpoint, owner);
    if (segments.isEmpty()) {
      return empty(replay, durable, Math.max(emptyAt, requiredStart()));
    }
    replay.replayState();
    boolean clean =
        closed != null
            && closed.matches(newest(), durable)
            && damageKnown
            && CheckpointReplay.reaches(closed.endOffset(), checkpoint, segments, files.damage());
    return clean ? openClean(closed, replay) : recoverTail(damageKnown, replay, durable);
  }

  private StoredSegment newest() {
    return segments.get(segments.size() - 1);
  }

  // What the register requires.

  /** Replaces the oldest segments if they are missing, and notes a log without an entry. */
  private void noteMissing(RequiredFiles required) {
    if (required.isOldestMissing()) {
      long start = required.registered().startOffset();
      segments.add(0, actions.replaceOldest(start, segments.get(0).baseOffset()));
    }
    if (required.missingNewest() >= 0) {
      findings.add(
          RecoveryCase.MISSING_SEGMENT,
          "the newest segment "
              + directory.segment(required.missingNewest()).getFileName()
              + " is missing");
    }
    if (LostEntry.isLost(required.registered(), !files.manifest().isNew())) {
      findings.add(RecoveryCase.DAMAGED_REGISTER, LostEntry.MADE);
    }
  }

  /** Where a log begins of which no segment must be there. */
  private long requiredStart() {
    RegisteredLog registered = files.registration().log();
    return registered == null || registered.hasSegment()
        ? 0
        : Math.max(registered.startOffset(), registered.durableOffset());
  }

  /** Reads the damage record; false if it is damaged itself. */
  private boolean loadDamage() {
    try {
      files.damage().load();
      return true;
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      actions.quarantineDamageRecord(e.getMessage());
      return false;
    }
  }

  // Segments that a crash left without a header.

  /**
   * Removes the newest segments that are half created.
   *
   * @return base offset of the last one removed, or -1
   */
  private long removeHalfCreated(long durable) {
    long removed = -1;
    while (!segments.isEmpty()) {
      newestHeader = actions.headerUnlessHalfCreated(newest(), durable);
      if (newestHeader != null) {
        return removed;
      }
      removed = newest().baseOffset();
      if (removed >= durable) {
        actions.removeHalfCreated(newest(), "a half created segment");
      } else if (segments.size() > 1) {
        actions.quarantineEmpty(newest());
      } else {
        throw nothingLeft(durable, newest().path() + " has no header");
      }
      segments.remove(segments.size() - 1);
    }
    return removed;
  }

  /**
   * Whether the oldest segment is half created although later ones have headers. Pages reach the
   * disk in any order, so a log without durable events can be in this state.
   */
  private boolean wasNeverDurable(long durable) {
    if (segments.size() < 2 || !isOldestHalfCreated(durable)) {
      return false;
    }
    long base = segments.get(0).baseOffset();
    return durable <= base
        && segments.stream().allMatch(segment -> segment.statedDurableOffset() <= base);
  }

  /**
   * A foreign oldest segment is not half created. It is refused only where its batches are read.
   */
  private boolean isOldestHalfCreated(long durable) {
    try {
      return actions.headerUnlessHalfCreated(segments.get(0), durable) == null;
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Removes all segments, the newest first. After a crash in between, the next start finds the same
   * case again.
   */
  private long removeAll() {
    long first = segments.get(0).baseOffset();
    for (int i = segments.size() - 1; i >= 0; i--) {
      actions.removeHalfCreated(segments.get(i), "created before anything of the log was durable");
    }
    segments.clear();
    return first;
  }

  private RecoveredLog empty(CheckpointReplay replay, long durable, long endOffset) {
    if (endOffset < durable) {
      throw nothingLeft(durable, "there is no segment file");
    }
    replay.replayState();
    deleteClosedMark();
    return new RecoveredLog(
        List.of(),
        endOffset,
        replay.epoch(),
        0,
        replay.offset(),
        new RecoveryReport(findings.all().isEmpty(), 0, 0, -1, 0, findings.all()));
  }

  private StorageException nothingLeft(long durable, String why) {
    return RequiredFiles.nothingLeft(directory, durable, why);
  }

  // A log that was closed cleanly.

  /** Checks no batch. */
  private RecoveredLog openClean(ClosedMark closed, CheckpointReplay replay) {
    List<RecoveredSegment> opened = new ArrayList<>();
    for (int i = 0; i < segments.size() - 1; i++) {
      opened.add(TailRecovery.unchecked(segments.get(i), segments.get(i + 1).baseOffset()));
    }
    opened.add(
        RecoveredSegment.active(
            newest().baseOffset(),
            Math.min(newestHeader.capacityBytes(), newest().bytes()),
            closed.position(),
            activeIndex(closed.position(), closed.endOffset())));
    replay.replayUpTo(closed.endOffset(), segments, files.damage());
    return new RecoveredLog(
        opened,
        closed.endOffset(),
        Math.max(closed.epoch(), replay.epoch()),
        closed.endOffset(),
        replay.offset(),
        new RecoveryReport(true, 0, 0, -1, 0, findings.all()));
  }

  private SparseIndex activeIndex(int end, long endOffset) {
    IndexFile empty = IndexFile.empty(newest().baseOffset());
    if (end == SegmentHeader.BYTES) {
      return empty.index();
    }
    IndexFile stored = indexes.readOrNull(newest().baseOffset());
    if (stored != null && stored.coveredBytes() == end && stored.coveredOffset() == endOffset) {
      return stored.index();
    }
    findings.add(
        RecoveryCase.UNUSABLE_INDEX,
        "the index of " + newest().path().getFileName() + " was rebuilt");
    return indexes.extend(empty, newest().path(), end, endOffset).index();
  }

  // A log that was not closed cleanly.

  private RecoveredLog recoverTail(boolean damageKnown, CheckpointReplay replay, long durable) {
    // A check that begins at the checkpoint does not find earlier damage.
    CheckpointReplay.Start start =
        CheckpointReplay.start(damageKnown ? checkpoint : null, segments);
    RecoveredLog recovered =
        new TailRecovery(actions, findings, indexes, files.damage(), replay)
            .run(
                segments,
                start,
                durable,
                new UnsyncedRewrite(directory, disk, files.damage(), key));
    // The mark is deleted last. After a crash during the recovery, it may be the only file that
    // states up to which offset the log was durable.
    deleteClosedMark();
    return recovered;
  }

  /**
   * Deletes the mark, which does not match the log. If it stayed, later damage could make it match.
   */
  private void deleteClosedMark() {
    try {
      files.closedMark().delete();
    } catch (IOException e) {
      throw DiskFailure.of("delete", directory.closedMark(), e);
    }
  }
}
