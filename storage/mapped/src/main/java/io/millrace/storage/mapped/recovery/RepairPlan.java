package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.SegmentCheck;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexRebuild;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.tool.LogInspector;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogRepair.RepairedLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link LogRepair} would do to one log: it comes to the decisions of {@link Recovery} and
 * {@link SegmentCheck} over the same bytes, and changes nothing. Blocks on the disk. One thread,
 * once.
 */
public final class RepairPlan {

  private final LogDirectory directory;
  private final SegmentHeaderRepair headers;
  private final DamageRecord known;
  private final List<String> steps = new ArrayList<>();
  private final List<DamagedRange> damage = new ArrayList<>();
  private final List<StoredSegment> found = new ArrayList<>();
  private final LogId id;
  private boolean damageKnown;
  private Checkpoint checkpoint;
  private ClosedMark closed;
  private boolean endsAtClosedMark;
  private long synced;
  private long offset;
  private int epoch;

  public RepairPlan(LogInspector log, LogId id) {
    this.id = id;
    this.directory = new LogDirectory(log.directory());
    this.headers = new SegmentHeaderRepair(id, null, null, new ArrayList<>());
    this.known = new DamageRecord(directory, null);
  }

  public RepairedLog make() {
    try {
      plan();
      return new RepairedLog(id, steps, damage, "");
    } catch (StorageException e) {
      return new RepairedLog(id, List.of(), List.of(), e.getMessage());
    }
  }

  private void plan() {
    LogDirectory.Listing listing = directory.list();
    listing.leftovers().forEach(file -> steps.add("remove " + file.getFileName()));
    loadKnownDamage();
    readMarks();
    listing
        .segments()
        .forEach(base -> found.add(StoredSegment.of(directory, base, PositionalRead.PLAIN)));
    planHeaders();
    leaveOutWhatIsBehindTheClosedMark();
    int last = 0;
    while (last < found.size() && !through(last)) {
      last++;
    }
    planIndexes();
  }

  private void loadKnownDamage() {
    try {
      known.load();
      damageKnown = true;
      damage.addAll(known.all());
    } catch (StorageException e) {
      requireDamage(e);
      steps.add("move damage to the quarantine and find the ranges again");
    }
  }

  private static void requireDamage(StorageException e) {
    if (e.code() != ErrorCode.CORRUPT_LOG) {
      throw e;
    }
  }

  private void readMarks() {
    checkpoint = readCheckpoint();
    synced = checkpoint == null ? 0 : checkpoint.durableOffset();
    try {
      closed = ClosedMark.read(directory.closedMark()).orElse(null);
      synced = Math.max(synced, closed == null ? 0 : closed.endOffset());
    } catch (StorageException e) {
      steps.add("remove closed: " + e.getMessage());
    }
  }

  private Checkpoint readCheckpoint() {
    try {
      Checkpoint whole = Checkpoint.read(directory.checkpoint()).orElse(null);
      if (whole != null) {
        return whole;
      }
    } catch (StorageException e) {
      requireDamage(e);
    }
    try {
      Checkpoint copy = Checkpoint.read(directory.checkpointCopy()).orElse(null);
      if (copy != null) {
        steps.add("make the checkpoint anew from its copy");
      }
      return copy;
    } catch (StorageException e) {
      requireDamage(e);
      return null;
    }
  }

  private void planHeaders() {
    while (!found.isEmpty() && isHalfCreated(newest())) {
      StoredSegment half = found.remove(found.size() - 1);
      if (half.baseOffset() >= synced) {
        steps.add("remove " + half.path().getFileName() + ", created by half");
      } else {
        steps.add(
            "move " + half.path().getFileName() + " to the quarantine: nothing is left in it");
      }
    }
    if (found.isEmpty() && synced > 0) {
      throw new StorageException(
          ErrorCode.CORRUPT_LOG,
          "the log was synced up to offset " + synced + ", but no segment is left of it");
    }
    if (found.size() > 1 && isHalfCreated(found.get(0)) && nothingWasForced()) {
      found.forEach(
          segment ->
              steps.add(
                  "remove "
                      + segment.path().getFileName()
                      + ", begun before anything of the log was forced"));
      found.clear();
    }
  }

  /**
   * Nobody looks there, where the log is opened as closed in order: nothing behind its end can come
   * back.
   */
  private void leaveOutWhatIsBehindTheClosedMark() {
    endsAtClosedMark =
        closed != null
            && !found.isEmpty()
            && closed.fits(newest(), synced)
            && damageKnown
            && new CheckpointReplay(found, known).leads(checkpoint, closed.endOffset());
    if (endsAtClosedMark) {
      StoredSegment whole = newest();
      found.set(
          found.size() - 1,
          new StoredSegment(whole.path(), whole.baseOffset(), closed.position(), whole.reads()));
    }
  }

  private StoredSegment newest() {
    return found.get(found.size() - 1);
  }

  private boolean isHalfCreated(StoredSegment segment) {
    return headers.readOrNull(segment) == null && segment.isHalfCreated(synced);
  }

  private boolean nothingWasForced() {
    long base = found.get(0).baseOffset();
    return synced <= base && found.stream().allMatch(segment -> segment.saidDurable() <= base);
  }

  /** Goes through one segment; true if the log ends in it. */
  private boolean through(int i) {
    StoredSegment segment = found.get(i);
    if (headers.readOrNull(segment) == null) {
      steps.add("write the damaged header of " + segment.path().getFileName() + " anew");
    }
    try (SegmentChannel file = SegmentChannel.open(segment.path(), PositionalRead.PLAIN)) {
      int position = SegmentHeader.BYTES;
      offset = segment.baseOffset();
      while (true) {
        BatchCursor scan = new BatchCursor(file, position, segment.bytes(), offset, epoch, known);
        pass(scan);
        planOverlaps(i);
        List<StoredSegment> later = found.subList(i + 1, found.size());
        StopPoint rest = new StopPoint(segment, file, later);
        long syncedHere = rest.synced(synced, scan.position());
        if (rest.goesOnAt(offset) && (offset < syncedHere || !isHalfCreated(later.get(0)))) {
          return false;
        }
        if (offset >= syncedHere) {
          planEnd(segment, later, SegmentTail.read(file, scan.position(), segment.bytes()));
          return true;
        }
        DamagedRange range =
            endsAtClosedMark && later.isEmpty()
                ? rest.damageBeforeEnd(scan, closed.endOffset())
                : rest.damageAt(scan, syncedHere);
        planQuarantine(segment, range);
        position = range.endPosition();
        offset = range.endOffset();
      }
    } catch (IOException e) {
      throw DiskFailure.of("read", segment.path(), e);
    }
  }

  private void pass(BatchCursor scan) throws IOException {
    while (scan.look(true) == BatchCursor.Found.BATCH) {
      synced = Math.max(synced, BatchHeader.durableOffset(scan.header(), 0));
      scan.skip();
    }
    offset = scan.nextOffset();
    epoch = scan.epoch();
  }

  private void planOverlaps(int i) {
    while (i < found.size() - 1 && found.get(i + 1).baseOffset() < offset) {
      StoredSegment overlapping = found.remove(i + 1);
      synced = Math.max(synced, overlapping.saidDurable());
      steps.add(
          "move "
              + overlapping.path().getFileName()
              + " to the quarantine: the segment before it ends at offset "
              + offset);
    }
  }

  private void planQuarantine(StoredSegment segment, DamagedRange range) {
    damage.add(range);
    steps.add(
        "copy "
            + range.bytes()
            + " bytes at position "
            + range.position()
            + " of "
            + segment.path().getFileName()
            + " to the quarantine: offsets "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " are damaged");
  }

  private void planEnd(StoredSegment segment, List<StoredSegment> later, SegmentTail tail) {
    long torn = tail.nonZeroBytes();
    if (torn > 0) {
      steps.add(
          "cut off "
              + torn
              + " bytes behind offset "
              + offset
              + " of "
              + segment.path().getFileName());
    }
    later.forEach(
        beyond ->
            steps.add(
                "remove "
                    + beyond.path().getFileName()
                    + ", which begins after the end of the log"));
    later.clear();
  }

  private void planIndexes() {
    for (int i = 0; i < found.size() - 1; i++) {
      StoredSegment sealed = found.get(i);
      planIndex(sealed, sealed.bytes(), found.get(i + 1).baseOffset());
    }
    // Of a log that was not closed in order, the newest segment's index is made while it is opened.
    if (endsAtClosedMark && !found.isEmpty() && closed.position() > SegmentHeader.BYTES) {
      planIndex(newest(), closed.position(), closed.endOffset());
    }
  }

  private void planIndex(StoredSegment segment, int end, long endOffset) {
    if (!IndexRebuild.isUsable(directory, segment.baseOffset(), end, endOffset)) {
      steps.add("build the index of " + segment.path().getFileName());
    }
  }
}
