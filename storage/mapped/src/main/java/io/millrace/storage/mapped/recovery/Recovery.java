package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogReplay;
import io.millrace.storage.RecoveryCase;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.LogParts;
import io.millrace.storage.mapped.Segment;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.CheckpointFiles;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexRebuild;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens what is on disk of one log. What it may come upon, and does about it, is listed in {@link
 * RecoveryCase}. One thread, once.
 */
public final class Recovery {

  private final LogParts parts;
  private final LogDirectory directory;
  private final LogReplay replay;
  private final Quarantine quarantine;
  private final SegmentHeaderRepair headers;
  private final List<RecoveryFinding> findings = new ArrayList<>();
  private final List<StoredSegment> found = new ArrayList<>();
  private SegmentHeader newestHeader;

  public Recovery(LogParts parts, LogReplay replay) {
    this.parts = parts;
    this.directory = parts.directory();
    this.replay = replay;
    this.quarantine = new Quarantine(directory, parts.disk());
    this.headers = new SegmentHeaderRepair(parts.id(), parts.disk(), quarantine, findings);
  }

  public RecoveredLog run() {
    LogDirectory.Listing listing = directory.list();
    listing
        .leftovers()
        .forEach(file -> remove(file, RecoveryCase.LEFTOVER_FILE, "left unfinished"));
    boolean damageKnown = loadDamage();
    listing.segments().forEach(base -> found.add(StoredSegment.of(directory, base, parts.disk())));
    Checkpoint checkpoint = new CheckpointFiles(directory, parts.disk()).read(findings);
    ClosedMark closed = parts.closedMark().read(findings);
    // An old mark stays true, though it does not say where the log ends now.
    long synced =
        Math.max(
            checkpoint == null ? 0 : checkpoint.durableOffset(),
            closed == null ? 0 : closed.endOffset());
    long emptyAt = dropHalfCreated(synced);
    if (wasNeverForced(synced)) {
      emptyAt = dropAll();
    }
    if (found.isEmpty()) {
      return nothing(checkpoint, synced, emptyAt);
    }
    if (checkpoint != null && checkpoint.offset() >= found.get(0).baseOffset()) {
      replay.restore(checkpoint.state());
    }
    if (closed == null || !closed.fits(newest(), synced)) {
      return unclean(checkpoint, damageKnown, synced);
    }
    return damageKnown && headerWalk().leads(checkpoint, closed.endOffset())
        ? clean(checkpoint, closed)
        : unclean(checkpoint, damageKnown, synced);
  }

  private CheckpointReplay headerWalk() {
    return new CheckpointReplay(found, parts.damage());
  }

  private StoredSegment newest() {
    return found.get(found.size() - 1);
  }

  private void remove(Path file, RecoveryCase kind, String why) {
    try {
      Files.deleteIfExists(file);
      note(kind, "removed " + file.getFileName() + ", " + why);
    } catch (IOException e) {
      throw DiskFailure.of("delete", file, e);
    }
  }

  /** With its index, which another segment of the same name must not inherit. */
  private void removeHalfCreated(StoredSegment segment, String why) {
    Path index = directory.index(segment.baseOffset());
    try {
      Files.deleteIfExists(index);
    } catch (IOException e) {
      throw DiskFailure.of("delete", index, e);
    }
    remove(segment.path(), RecoveryCase.HALF_CREATED_SEGMENT, why);
  }

  private void note(RecoveryCase kind, String text) {
    findings.add(new RecoveryFinding(kind, text));
  }

  /** False if what was known is lost. */
  private boolean loadDamage() {
    try {
      parts.damage().load();
      return true;
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      setAside(directory.damage());
      note(RecoveryCase.UNUSABLE_DAMAGE_RECORD, "every batch is checked: " + e.getMessage());
      return false;
    }
  }

  private void setAside(Path file) {
    try {
      quarantine.move(file);
    } catch (IOException e) {
      throw DiskFailure.of("set aside", file, e);
    }
  }

  /**
   * Removes newest segments that never got as far as a header.
   *
   * @return base offset of the last one removed, or -1
   */
  private long dropHalfCreated(long synced) {
    long dropped = -1;
    while (!found.isEmpty()) {
      newestHeader = headers.read(newest(), synced);
      if (newestHeader != null) {
        return dropped;
      }
      dropped = newest().baseOffset();
      if (dropped >= synced) {
        removeHalfCreated(newest(), "created by half");
      } else if (found.size() > 1) {
        setAside(newest().path());
        note(
            RecoveryCase.MISSING_SEGMENT,
            "set " + newest().path().getFileName() + " aside, in which nothing is left");
      } else {
        throw lost(synced, newest().path() + " has no header");
      }
      found.remove(found.size() - 1);
    }
    return dropped;
  }

  /**
   * Whether the oldest segment never got as far as a header, though later ones did: pages reach the
   * disk in any order, and of this log nothing was forced yet.
   */
  private boolean wasNeverForced(long synced) {
    if (found.size() < 2 || headers.read(found.get(0), synced) != null) {
      return false;
    }
    long base = found.get(0).baseOffset();
    return synced <= base && found.stream().allMatch(segment -> segment.saidDurable() <= base);
  }

  /** The newest first: what a crash leaves of this is the same case again. */
  private long dropAll() {
    long first = found.get(0).baseOffset();
    for (int i = found.size() - 1; i >= 0; i--) {
      removeHalfCreated(found.get(i), "begun before anything of the log was forced");
    }
    found.clear();
    return first;
  }

  private RecoveredLog nothing(Checkpoint checkpoint, long synced, long emptyAt) {
    if (Math.max(emptyAt, 0) < synced) {
      throw lost(synced, "there is no segment file");
    }
    if (checkpoint != null) {
      replay.restore(checkpoint.state());
    }
    withdrawClosedMark();
    RecoveryReport report = new RecoveryReport(findings.isEmpty(), 0, 0, -1, 0, findings);
    return new RecoveredLog(
        List.of(), Math.max(emptyAt, 0), epochOf(checkpoint), 0, offsetOf(checkpoint), report);
  }

  private StorageException lost(long durableOffset, String why) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        RecoveryCase.NOTHING_LEFT,
        "log "
            + directory.path()
            + " was synced up to offset "
            + durableOffset
            + ", but "
            + why
            + "; restore its files from a copy, or move the directory away to begin anew without"
            + " them");
  }

  // A log that was closed in order.

  private RecoveredLog clean(Checkpoint checkpoint, ClosedMark closed) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < found.size() - 1; i++) {
      segments.add(sealed(i));
    }
    SegmentFile file = activeFile();
    segments.add(
        Segment.active(
            parts,
            newest().baseOffset(),
            file,
            closed.position(),
            activeIndex(file, closed.position(), closed.endOffset())));
    headerWalk().replay(checkpoint, closed.endOffset(), replay);
    return new RecoveredLog(
        segments,
        closed.endOffset(),
        Math.max(closed.epoch(), epochOf(checkpoint)),
        closed.endOffset(),
        offsetOf(checkpoint),
        new RecoveryReport(true, 0, 0, -1, 0, findings));
  }

  private static int epochOf(Checkpoint checkpoint) {
    return checkpoint == null ? 0 : checkpoint.epoch();
  }

  private static long offsetOf(Checkpoint checkpoint) {
    return checkpoint == null ? 0 : checkpoint.offset();
  }

  private SparseIndex activeIndex(SegmentFile file, int end, long endOffset) {
    if (end == SegmentHeader.BYTES) {
      return new SparseIndex();
    }
    IndexFile known = IndexRebuild.readOrNull(directory, newest().baseOffset());
    if (known != null && known.coveredBytes() == end && known.coveredOffset() == endOffset) {
      return known.index();
    }
    note(
        RecoveryCase.UNUSABLE_INDEX,
        "the index of " + newest().path().getFileName() + " was built anew");
    SparseIndex index = new SparseIndex();
    IndexRebuild.extend(
        parts, index, file, SegmentHeader.BYTES, newest().baseOffset(), end, endOffset);
    return index;
  }

  // A log that was not.

  private RecoveredLog unclean(Checkpoint checkpoint, boolean damageKnown, long synced) {
    if (checkpoint == null) {
      note(RecoveryCase.UNUSABLE_CHECKPOINT, "no checkpoint: every batch was checked");
    }
    ScanStart start = ScanStart.of(damageKnown ? checkpoint : null, found);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < start.segment(); i++) {
      segments.add(sealed(i));
    }
    RecoveredLog recovered =
        new TailRecovery(parts, replay, offsetOf(checkpoint), found, headers, quarantine, findings)
            .run(segments, start, synced, epochOf(checkpoint));
    // Not before: if this is cut short, the mark may be all that says how far the log was synced.
    withdrawClosedMark();
    return recovered;
  }

  /** It does not fit, and must not begin to fit by later damage. */
  private void withdrawClosedMark() {
    try {
      parts.closedMark().withdraw();
    } catch (IOException e) {
      throw DiskFailure.of("delete", directory.closedMark(), e);
    }
  }

  private Segment sealed(int i) {
    StoredSegment segment = found.get(i);
    return Segment.sealed(
        parts,
        segment.baseOffset(),
        SegmentFile.sealed(parts, segment.path(), segment.bytes()),
        segment.bytes(),
        found.get(i + 1).baseOffset(),
        null);
  }

  private SegmentFile activeFile() {
    return SegmentFile.active(
        parts, newest().path(), Math.min(newestHeader.capacityBytes(), newest().bytes()));
  }
}
