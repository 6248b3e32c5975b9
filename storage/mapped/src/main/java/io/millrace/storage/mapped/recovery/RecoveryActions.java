package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.Registration;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.file.WholeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The changes to the files of a log that recovery can make: remove, quarantine, repair, truncate.
 * Each change adds a finding. It decides nothing about the log; its callers do. Blocks on the disk.
 * One thread.
 */
public final class RecoveryActions {

  private final LogIdentity identity;
  private final LogDirectory directory;
  private final Disk disk;
  private final DamageRecord damage;
  private final Registration registration;
  private final RecoveryFindings findings;
  private final IndexFiles indexes;
  private final Quarantine quarantine;

  /**
   * @param files the small files of the log: ranges that are quarantined are added to its damage
   *     record, and its entry in the register learns what is removed
   * @param findings gets a finding for each change
   */
  public RecoveryActions(
      LogIdentity identity,
      LogDirectory directory,
      Disk disk,
      SmallFiles files,
      RecoveryFindings findings) {
    this.identity = identity;
    this.directory = directory;
    this.disk = disk;
    this.damage = files.damage();
    this.registration = files.registration();
    this.findings = findings;
    this.indexes = new IndexFiles(directory, disk, files.damage(), identity.key());
    this.quarantine = new Quarantine(directory, disk);
  }

  /** The segment file with a base offset. */
  public StoredSegment stored(long baseOffset) {
    return StoredSegment.of(directory, baseOffset, disk, identity.key());
  }

  // Remove.

  void removeLeftover(Path file) {
    remove(file, RecoveryCase.LEFTOVER_FILE, "an incomplete file");
  }

  /** Removes a segment of which all events are deleted and in the checkpoint, and its index. */
  void removeBeforeStart(long baseOffset) {
    removeIndex(baseOffset);
    remove(
        directory.segment(baseOffset),
        RecoveryCase.LEFTOVER_FILE,
        "a segment before the start of the log");
  }

  /** Removes a segment and its index, which must not be used for a later segment of that name. */
  void removeHalfCreated(StoredSegment segment, String why) {
    registration.removes(segment.baseOffset());
    removeIndex(segment.baseOffset());
    remove(segment.path(), RecoveryCase.HALF_CREATED_SEGMENT, why);
  }

  private void removeIndex(long baseOffset) {
    try {
      indexes.delete(baseOffset);
    } catch (IOException e) {
      throw DiskFailure.of("delete", directory.index(baseOffset), e);
    }
  }

  private void remove(Path file, RecoveryCase kind, String why) {
    try {
      Files.deleteIfExists(file);
      findings.add(kind, "removed " + file.getFileName() + ", " + why);
    } catch (IOException e) {
      throw DiskFailure.of("delete", file, e);
    }
  }

  // Quarantine.

  void quarantineDamageRecord(String why) {
    moveToQuarantine(directory.damage());
    findings.add(RecoveryCase.UNUSABLE_DAMAGE_RECORD, "every batch is checked: " + why);
  }

  void quarantineEmpty(StoredSegment segment) {
    registration.removes(segment.baseOffset());
    moveToQuarantine(segment.path());
    findings.add(
        RecoveryCase.MISSING_SEGMENT,
        "moved " + segment.path().getFileName() + " to the quarantine: it contains no batch");
  }

  private void moveToQuarantine(Path file) {
    try {
      quarantine.move(file);
    } catch (IOException e) {
      throw DiskFailure.of("move to the quarantine", file, e);
    }
  }

  /**
   * @param end offset at which the previous segment ends
   */
  void quarantineOverlapping(StoredSegment segment, long end) throws IOException {
    registration.removes(segment.baseOffset());
    indexes.delete(segment.baseOffset());
    Path moved = quarantine.move(segment.path());
    findings.add(
        RecoveryCase.OVERLAPPING_SEGMENTS,
        "moved "
            + segment.path().getFileName()
            + " to "
            + moved
            + ": the previous segment ends at offset "
            + end);
  }

  /**
   * Quarantines the damage at a point, with a finding. The cursor then skips the range.
   *
   * @param checkpointed the state needs the batches from this offset on
   */
  void quarantine(StopPoint stop, DamagedRange range, long checkpointed) throws IOException {
    quarantine(stop.file(), range);
    boolean isMissing = range.bytes() == 0 && !stop.later().isEmpty();
    if (damage.isDeleted(range)) {
      if (isMissing && range.endOffset() > checkpointed) {
        noteMissingDeleted(range.firstOffset(), range.endOffset());
      }
      return;
    }
    findings.add(
        isMissing ? RecoveryCase.MISSING_SEGMENT : RecoveryCase.DAMAGE_BELOW_SYNCED,
        "offsets " + range.firstOffset() + " to " + (range.endOffset() - 1) + what(stop, range));
  }

  private static String what(StopPoint stop, DamagedRange range) {
    String place = " position " + range.position() + " of " + stop.segment().path().getFileName();
    if (range.bytes() == 0) {
      return " were durable and are missing: there is no batch from" + place + " on";
    }
    String damage = stop.cursor().damage();
    return " were durable and are damaged: "
        + range.bytes()
        + " bytes at"
        + place
        + " ("
        + (damage.isEmpty() ? "there is no batch" : damage)
        + ") are kept in quarantine";
  }

  /**
   * Copies damaged bytes to the quarantine, unless their events are deleted, and adds their range
   * to the damage record, durably.
   */
  public void quarantine(SegmentChannel file, DamagedRange range) throws IOException {
    if (!damage.isDeleted(range)) {
      quarantine.copy(file, range.position(), range.bytes());
    }
    damage.add(range);
  }

  /**
   * Copies a file that is another segment than its name states to the quarantine, as a whole, and
   * adds the offsets of its place to the damage record, durably. The file itself is not touched.
   */
  public void quarantineForeign(StoredSegment segment, DamagedRange range) throws IOException {
    try (SegmentChannel file = segment.openToRead()) {
      quarantine.copy(file, 0, segment.bytes());
    }
    damage.add(range);
  }

  /**
   * Replaces the missing oldest segments of a log by an empty one, and notes their offsets as
   * damaged.
   *
   * @param start the offset at which the log begins
   * @param found the base offset of the oldest segment that is there
   */
  StoredSegment replaceOldest(long start, long found) {
    damage.add(new DamagedRange(start, found, start, SegmentHeader.BYTES, 0));
    new EmptySegment(identity, directory, disk).create(start);
    indexes.write(new IndexFile(start, found, SegmentHeader.BYTES, SparseIndex.ofDamage()));
    findings.add(
        RecoveryCase.MISSING_SEGMENT,
        "offsets "
            + start
            + " to "
            + (found - 1)
            + " were durable and are missing: the log begins at "
            + start
            + " and its oldest segment is "
            + directory.segment(found).getFileName());
    return stored(start);
  }

  /** Notes that batches are missing which only the state needs. */
  void noteMissingDeleted(long from, long to) {
    findings.add(
        RecoveryCase.MISSING_DELETED_SEGMENT,
        "the batches from offset "
            + from
            + " to "
            + (to - 1)
            + " are missing: their events are deleted, but the checkpoint does not cover them");
  }

  // Repair.

  /**
   * The header of a segment. A damaged header is rewritten, unless a crash interrupted the creation
   * of the segment.
   *
   * @param durable every batch below this offset is known to be durable
   * @return null if the segment is half created
   * @throws io.millrace.storage.StorageException {@code CORRUPT_LOG} for a segment of another log,
   *     {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  SegmentHeader headerUnlessHalfCreated(StoredSegment segment, long durable) {
    SegmentHeader header = segment.headerOrNull(identity.id());
    return header != null || segment.isHalfCreated(durable) ? header : repairHeader(segment);
  }

  /** The header of a segment that is not half created. A damaged header is rewritten. */
  public SegmentHeader header(StoredSegment segment) {
    SegmentHeader header = segment.headerOrNull(identity.id());
    return header != null ? header : repairHeader(segment);
  }

  /** All fields of a header are also in the log's manifest and in the name of the file. */
  private SegmentHeader repairHeader(StoredSegment segment) {
    SegmentHeader header = new SegmentHeader(identity, segment.bytes(), segment.baseOffset());
    String name = segment.path().getFileName().toString();
    try (SegmentChannel file = segment.openToRepair()) {
      file.read(ByteBuffer.allocate(SegmentHeader.BYTES), 0);
      if (file.isUnreadable(0, SegmentHeader.BYTES)) {
        // A write to a part of the page reads the page first; and the rest of the page may become
        // readable again.
        findings.add(
            RecoveryCase.DAMAGED_SEGMENT_HEADER, "the disk cannot read the header of " + name);
        return header;
      }
      quarantine.copy(file, 0, SegmentHeader.BYTES);
      WholeBuffer.write(file.channel(), header.encode(), 0);
      disk.fsync(segment.path(), file.channel());
    } catch (IOException e) {
      throw DiskFailure.of("repair the header of", segment.path(), e);
    }
    findings.add(RecoveryCase.DAMAGED_SEGMENT_HEADER, "repaired the damaged header of " + name);
    return header;
  }

  // Truncate.

  /**
   * Ends the log at a point: removes the later segments, overwrites with zeros what follows in the
   * segment, and deletes an index that covers more. Does not fsync.
   *
   * @return how many bytes other than zero were cut off
   */
  long truncate(StopPoint stop) throws IOException {
    StoredSegment segment = stop.segment();
    int end = stop.cursor().position();
    SegmentTail tail = SegmentTail.read(stop.file(), end, segment.bytes(), segment.proof());
    long bytes = 0;
    for (StoredSegment later : stop.later()) {
      bytes += removeAfterEnd(later);
    }
    bytes += zero(tail, segment, end);
    // An append to an unreadable page would fail.
    stop.file().clearUnreadable(end);
    deleteIndexBeyond(segment, stop.cursor().nextOffset());
    return bytes;
  }

  private long zero(SegmentTail tail, StoredSegment segment, int end) throws IOException {
    long torn = tail.nonZeroBytes();
    if (torn > 0) {
      RecoveryCase kind =
          tail.hasLaterHeader() ? RecoveryCase.TORN_THEN_WHOLE : RecoveryCase.TORN_TAIL;
      tail.zero();
      findings.add(
          kind,
          "cut off "
              + torn
              + " bytes after the last valid batch at position "
              + end
              + " of "
              + segment.path().getFileName());
    }
    return torn;
  }

  private long removeAfterEnd(StoredSegment later) throws IOException {
    registration.removes(later.baseOffset());
    long bytes;
    try (SegmentChannel file = later.openToRepair()) {
      int from = Math.min(SegmentHeader.BYTES, later.bytes());
      bytes = SegmentTail.read(file, from, later.bytes(), later.proof()).nonZeroBytes();
    }
    indexes.delete(later.baseOffset());
    Files.delete(later.path());
    findings.add(
        RecoveryCase.TORN_THEN_WHOLE,
        "removed " + later.path().getFileName() + ", which began after the end of the log");
    return bytes;
  }

  /**
   * Deletes an index that covers removed batches. New batches may take the positions of those
   * batches.
   */
  private void deleteIndexBeyond(StoredSegment segment, long endOffset) throws IOException {
    IndexFile stored = indexes.readOrNull(segment.baseOffset());
    if (stored != null && stored.coveredOffset() > endOffset) {
      Files.delete(directory.index(segment.baseOffset()));
    }
  }
}
