package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.DamagedRanges;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.KeySearch;
import io.millrace.storage.mapped.file.KnownDamage;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.PositionalRead;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The steps that an offline repair of one log would take. It makes the decisions of {@link
 * Recovery} and of the segment checks that follow, from the same bytes. It changes nothing. Blocks
 * on the disk. One thread, once.
 */
public final class RepairPlan {

  private final LogId id;
  private final LogDirectory directory;
  private final RequiredFiles required;
  private final RepairSteps steps = new RepairSteps();
  private final List<StoredSegment> segments = new ArrayList<>();
  private LogKey key;
  private KnownDamage known = KnownDamage.NONE;
  private boolean damageKnown;
  private Checkpoint checkpoint;
  private ClosedMark closed;
  private boolean endsAtClosedMark;

  /** The oldest segment whose batches recovery reads; the checks that follow read the others. */
  private int firstRead;

  private long durable;
  private long offset;
  private int epoch;

  private RepairPlan(LogDirectory directory, LogId id, RegisteredLog registered) {
    this.id = id;
    this.directory = directory;
    this.required = new RequiredFiles(registered, directory.list().segments());
  }

  /**
   * Makes the plan.
   *
   * @param registered what the register says of the log; null if it has no entry
   * @throws StorageException if the log could not be opened
   */
  public static RepairPlan of(LogDirectory directory, LogId id, RegisteredLog registered) {
    RepairPlan plan = new RepairPlan(directory, id, registered);
    plan.make();
    return plan;
  }

  /** The steps, one sentence each; empty if there is nothing to do. */
  public List<String> steps() {
    return steps.all();
  }

  /** The offsets that are damaged, known before or found now. */
  public List<DamagedOffsets> damage() {
    return steps.damagedOffsets();
  }

  private void make() {
    if (required.isNothingLeft()) {
      throw RequiredFiles.nothingLeft(
          directory, required.registeredEnd(), "there is no segment file");
    }
    directory.list().leftovers().forEach(file -> steps.remove(file, ""));
    readManifest();
    loadKnownDamage();
    readMarks();
    long checkpointed = checkpoint == null ? 0 : checkpoint.offset();
    for (long base : required.beforeStart(checkpointed)) {
      steps.remove(directory.segment(base), ", before the start of the log");
    }
    for (long base : required.fromStart(checkpointed)) {
      segments.add(StoredSegment.of(directory, base, PositionalRead.PLAIN, key));
    }
    planMissing();
    planHalfCreated();
    ignoreBytesAfterClosedMark();
    int last = 0;
    while (last < segments.size() && !endsIn(last)) {
      last++;
    }
    planIndexes();
  }

  private void readManifest() {
    KeySearch search = new KeySearch(directory, Optional.of(id), PositionalRead.PLAIN);
    key = search.find().orElse(null);
    boolean exists = key != null;
    if (key == null) {
      search.requireNoBatch();
      key = LogKey.random();
    } else if (!search.isManifestWhole()) {
      steps.add("restore the manifest");
    }
    if (LostEntry.isLost(required.registered(), exists)) {
      steps.add(LostEntry.TO_DO);
    }
  }

  private void loadKnownDamage() {
    try {
      DamagedRanges ranges = DamagedRanges.read(directory);
      known = ranges;
      damageKnown = true;
      ranges.all().stream().filter(range -> !isDeleted(range)).forEach(steps::knownDamage);
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
    try {
      closed = ClosedMark.read(directory).orElse(null);
    } catch (StorageException e) {
      steps.add("remove closed: " + e.getMessage());
    }
    durable = required.durableOffset(checkpoint == null ? 0 : checkpoint.durableOffset(), closed);
  }

  private boolean isDeleted(DamagedRange range) {
    return range.endOffset() <= required.start();
  }

  /** Whether all events of a segment are deleted. */
  private boolean isDeleted(int segment) {
    return segment < segments.size() - 1
        && segments.get(segment + 1).baseOffset() <= required.start();
  }

  private void planMissing() {
    if (required.isOldestMissing()) {
      long start = required.registered().startOffset();
      long found = segments.get(0).baseOffset();
      steps.replaceOldest(
          directory.segment(start), new DamagedRange(start, found, start, SegmentHeader.BYTES, 0));
    }
  }

  private Checkpoint readCheckpoint() {
    try {
      Checkpoint stored = Checkpoint.read(directory).orElse(null);
      if (stored != null) {
        return stored;
      }
    } catch (StorageException e) {
      requireDamage(e);
    }
    try {
      Checkpoint copy = Checkpoint.readCopy(directory).orElse(null);
      if (copy != null) {
        steps.add("restore the checkpoint from its copy");
      }
      return copy;
    } catch (StorageException e) {
      requireDamage(e);
      return null;
    }
  }

  private void planHalfCreated() {
    while (!segments.isEmpty() && isHalfCreated(newest())) {
      StoredSegment half = segments.remove(segments.size() - 1);
      if (half.baseOffset() >= durable) {
        steps.remove(half.path(), ", a half created segment");
      } else {
        steps.quarantineWhole(half, "it contains no batch");
      }
    }
    if (segments.isEmpty() && durable > 0) {
      throw RequiredFiles.nothingLeft(directory, durable, "there is no segment file");
    }
    if (segments.size() > 1 && isOldestHalfCreated() && nothingWasDurable()) {
      segments.forEach(
          segment ->
              steps.remove(segment.path(), ", created before anything of the log was durable"));
      segments.clear();
    }
  }

  /**
   * Ignores the bytes after the end of a log that recovery would open as closed cleanly. Recovery
   * does not read these bytes, and none of them can become a part of the log later.
   */
  private void ignoreBytesAfterClosedMark() {
    endsAtClosedMark =
        closed != null
            && !segments.isEmpty()
            && closed.matches(newest(), durable)
            && damageKnown
            && CheckpointReplay.reaches(closed.endOffset(), checkpoint, segments, known);
    if (endsAtClosedMark) {
      firstRead = segments.size() - 1;
      segments.set(segments.size() - 1, newest().cutAt(closed.position()));
    } else if (!segments.isEmpty()) {
      Checkpoint from = damageKnown ? checkpoint : null;
      firstRead = CheckpointReplay.start(from, segments).segment();
    }
  }

  private StoredSegment newest() {
    return segments.get(segments.size() - 1);
  }

  private boolean isHalfCreated(StoredSegment segment) {
    return segment.headerOrNull(id) == null && segment.isHalfCreated(durable);
  }

  /** A foreign segment is not. */
  private boolean isOldestHalfCreated() {
    try {
      return isHalfCreated(segments.get(0));
    } catch (StorageException e) {
      requireDamage(e);
      return false;
    }
  }

  private boolean nothingWasDurable() {
    long base = segments.get(0).baseOffset();
    return durable <= base
        && segments.stream().allMatch(segment -> segment.statedDurableOffset() <= base);
  }

  /** Checks one segment; true if the log ends in it. */
  private boolean endsIn(int i) {
    StoredSegment segment = segments.get(i);
    if (i < firstRead && isDeleted(i)) {
      return false;
    }
    if (i < firstRead && isForeign(segment)) {
      planForeign(segment, segments.get(i + 1).baseOffset());
      return false;
    }
    if (segment.headerOrNull(id) == null) {
      steps.add("repair the damaged header of " + segment.path().getFileName());
    }
    try (SegmentChannel file = segment.openToRead()) {
      int position = SegmentHeader.BYTES;
      offset = segment.baseOffset();
      while (true) {
        BatchCursor cursor =
            new BatchCursor(
                file,
                segment.bytes(),
                new ExpectedBatch(position, offset, epoch),
                segment.proof(),
                known);
        checkBatches(cursor);
        planOverlapping(i);
        StopPoint stop =
            new StopPoint(segment, file, segments.subList(i + 1, segments.size()), cursor);
        long durableHere = stop.durableOffset(durable);
        if (stop.isContinuedByNextSegment()
            && (offset < durableHere || !isHalfCreated(stop.later().get(0)))) {
          return false;
        }
        if (offset >= durableHere) {
          planEnd(stop);
          segments.subList(i + 1, segments.size()).clear();
          return true;
        }
        DamagedRange range =
            endsAtClosedMark && stop.later().isEmpty()
                ? stop.damageBeforeEnd(closed.endOffset())
                : stop.damage(durableHere);
        planQuarantine(segment, range);
        position = range.endPosition();
        offset = range.endOffset();
      }
    } catch (IOException e) {
      throw DiskFailure.of("read", segment.path(), e);
    }
  }

  private boolean isForeign(StoredSegment segment) {
    try {
      segment.headerOrNull(id);
      return false;
    } catch (StorageException e) {
      return switch (e.code()) {
        case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD -> true;
        default -> throw e;
      };
    }
  }

  private void planForeign(StoredSegment segment, long endOffset) {
    long base = segment.baseOffset();
    DamagedRange range = known.containing(base);
    if (range == null || range.endOffset() < endOffset) {
      int bytes = Math.max(0, segment.bytes() - SegmentHeader.BYTES);
      planQuarantine(segment, new DamagedRange(base, endOffset, base, SegmentHeader.BYTES, bytes));
    }
  }

  private void checkBatches(BatchCursor cursor) throws IOException {
    while (cursor.check(true) == BatchCursor.Found.BATCH) {
      durable = Math.max(durable, BatchHeader.durableOffset(cursor.header(), 0));
      cursor.advance();
    }
    offset = cursor.nextOffset();
    epoch = cursor.epoch();
  }

  private void planOverlapping(int i) {
    while (i < segments.size() - 1 && segments.get(i + 1).baseOffset() < offset) {
      StoredSegment overlapping = segments.remove(i + 1);
      durable = Math.max(durable, overlapping.statedDurableOffset());
      steps.quarantineWhole(overlapping, "the previous segment ends at offset " + offset);
    }
  }

  private void planQuarantine(StoredSegment segment, DamagedRange range) {
    if (!isDeleted(range)) {
      steps.quarantine(segment, range);
    }
  }

  private void planEnd(StopPoint stop) throws IOException {
    StoredSegment segment = stop.segment();
    SegmentTail tail =
        SegmentTail.read(stop.file(), stop.cursor().position(), segment.bytes(), segment.proof());
    long torn = tail.nonZeroBytes();
    if (torn > 0) {
      steps.cutOff(segment, torn, offset);
    }
    for (StoredSegment later : stop.later()) {
      steps.remove(later.path(), ", which begins after the end of the log");
    }
  }

  private void planIndexes() {
    for (int i = 0; i < segments.size() - 1; i++) {
      StoredSegment sealed = segments.get(i);
      if (isDeleted(i)) {
        continue;
      }
      planIndex(sealed, sealed.bytes(), segments.get(i + 1).baseOffset());
    }
    // If the log was not closed cleanly, recovery builds the index of the newest segment anyway.
    if (endsAtClosedMark && !segments.isEmpty() && closed.position() > SegmentHeader.BYTES) {
      planIndex(newest(), closed.position(), closed.endOffset());
    }
  }

  private void planIndex(StoredSegment segment, int end, long endOffset) {
    IndexFiles indexes = new IndexFiles(directory, PositionalRead.PLAIN, known, key);
    boolean needed =
        steps.damage().stream()
            .noneMatch(
                range ->
                    range.firstOffset() <= segment.baseOffset() && range.endOffset() >= endOffset);
    if (needed && !indexes.isUsable(segment.baseOffset(), end, endOffset)) {
      steps.add("build the index of " + segment.path().getFileName());
    }
  }
}
