package io.millrace.storage.mapped;

import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.recovery.RecoveryActions;
import io.millrace.storage.mapped.recovery.StopPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check of one segment of an open log, in steps. It reads the file, repairs a damaged header, and
 * quarantines damage among the durable batches. If the file of a sealed segment is another segment,
 * all its offsets are damaged. In the newest segment, the proofs of the batches decide. Retention
 * or a close may remove the segment meanwhile; the check is then done. Blocks on the disk. One
 * thread.
 */
final class SegmentCheck implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCheck.class);

  private final Segment segment;
  private final boolean sealed;
  private final long endOffset;
  private final int bytes;
  private final RecoveryActions actions;
  private final RecoveryFindings findings;
  private final DamageRecord damage;
  private StoredSegment checked;
  private SegmentChannel file;
  private BatchCursor cursor;
  private int damagedRanges;

  /** Whether damage was found: the index can cover more when it is loaded again. */
  private boolean indexIsOld;

  /** Damage that was found and could not be recorded on disk; else null. */
  private DamagedRange unsaved;

  /** Whether the rest of the segment cannot be checked, or need not be. */
  private boolean ended;

  /**
   * @param upTo end offset of the check, at most the durable offset
   * @param findings gets the findings of {@code actions}
   * @param damage ranges to skip; gets those that are found
   */
  SegmentCheck(
      Segment segment,
      long upTo,
      RecoveryActions actions,
      RecoveryFindings findings,
      DamageRecord damage) {
    this.segment = segment;
    this.sealed = segment.endOffset() != Segment.UNSEALED;
    this.endOffset = Math.min(segment.endOffset(), upTo);
    this.bytes = segment.batchBytes();
    this.actions = actions;
    this.findings = findings;
    this.damage = damage;
  }

  /** The file that is checked. */
  Path file() {
    return segment.file().path();
  }

  /** About how many bytes there are to check. */
  int bytes() {
    return bytes;
  }

  /** Checks everything that is left. */
  void finish() throws IOException {
    while (!isDone()) {
      step(Integer.MAX_VALUE);
    }
  }

  /**
   * Checks batches until their bytes reach a minimum; at least one batch.
   *
   * @return the bytes that were checked
   */
  int step(int atLeastBytes) throws IOException {
    if (cursor == null && !open()) {
      ended = true;
      return bytes;
    }
    int from = cursor.position();
    while (!isDone() && cursor.position() - from < atLeastBytes) {
      if (cursor.check(true) == BatchCursor.Found.BATCH) {
        cursor.advance();
      } else if (cursor.nextOffset() < endOffset) {
        quarantine(damageHere());
      }
    }
    return cursor.position() - from;
  }

  private DamagedRange damageHere() throws IOException {
    StopPoint stop = new StopPoint(checked, file, List.of(), cursor);
    return segment.endOffset() == Segment.UNSEALED
        ? stop.damageBeforeEnd(endOffset)
        : stop.damageInSealed(endOffset);
  }

  /** Opens the file; false if all its offsets are damaged. */
  private boolean open() throws IOException {
    if (isWhollyDamaged()) {
      return false;
    }
    StoredSegment stored = actions.stored(segment.baseOffset());
    String foreign = repairHeader(stored);
    if (sealed && !foreign.isEmpty()) {
      quarantineForeign(stored, foreign);
      return false;
    }
    for (RecoveryFinding finding : findings.all()) {
      LOG.error(
          "event=recovery_finding log={} case={} note=\"{}\"",
          logName(),
          finding.name(),
          finding.text());
    }
    checked = stored.cutAt(Math.min(stored.bytes(), segment.end()));
    file = checked.openToRead();
    cursor =
        new BatchCursor(
            file,
            checked.bytes(),
            new ExpectedBatch(SegmentHeader.BYTES, segment.baseOffset(), 0),
            checked.proof(),
            damage);
    return true;
  }

  private boolean isWhollyDamaged() {
    DamagedRange range = damage.containing(segment.baseOffset());
    return range != null && range.endOffset() >= endOffset;
  }

  /**
   * Repairs the header if it is damaged.
   *
   * @return why the file is another segment than its name states; empty if it is this one
   */
  private String repairHeader(StoredSegment stored) {
    try {
      actions.header(stored);
      return "";
    } catch (StorageException e) {
      return switch (e.code()) {
        case CORRUPT_LOG, LOG_TOO_NEW, LOG_TOO_OLD -> e.getMessage();
        default -> throw e;
      };
    }
  }

  private Path logName() {
    return segment.file().path().getParent().getFileName();
  }

  /** Whether nothing is left to check. */
  boolean isDone() {
    return isGone() || ended || (cursor != null && cursor.nextOffset() >= endOffset);
  }

  /** Whether retention or a close has removed the segment. */
  boolean isGone() {
    return segment.file().isClosed();
  }

  /** How many damaged ranges the check found that were not known before. */
  int damagedRanges() {
    return damagedRanges;
  }

  /** The repairs that the check made, without the damaged ranges. */
  List<RecoveryFinding> findings() {
    return findings.all();
  }

  /** The lock is for the whole log: a reader may have started another check of this segment. */
  private void quarantine(DamagedRange range) throws IOException {
    synchronized (damage) {
      if (isGone() || damage.containing(range.firstOffset()) != null) {
        return;
      }
      unsaved = range;
      actions.quarantine(file, range);
      unsaved = null;
    }
    String reason = cursor.damage();
    found(range, reason.isEmpty() ? "there is no batch" : reason);
  }

  private void quarantineForeign(StoredSegment stored, String reason) throws IOException {
    int batchBytes = Math.max(0, stored.bytes() - SegmentHeader.BYTES);
    DamagedRange range = whole(batchBytes);
    synchronized (damage) {
      if (isGone() || isWhollyDamaged()) {
        return;
      }
      unsaved = range;
      actions.quarantineForeign(stored, range);
      unsaved = null;
    }
    found(range, reason);
  }

  private DamagedRange whole(int batchBytes) {
    long base = segment.baseOffset();
    return new DamagedRange(base, endOffset, base, SegmentHeader.BYTES, batchBytes);
  }

  private void found(DamagedRange range, String reason) {
    indexIsOld = true;
    if (damage.isDeleted(range)) {
      return;
    }
    damagedRanges++;
    LOG.error(
        "event=damage_found log={} file={} position={} bytes={} firstOffset={} endOffset={}"
            + " reason=\"{}\"",
        logName(),
        segment.file().path(),
        range.position(),
        range.bytes(),
        range.firstOffset(),
        range.endOffset(),
        reason);
  }

  /**
   * Counts as damage what a step that has failed could not verify: the range that it found and
   * could not record on disk, or else the rest of the segment. It is counted in memory only: the
   * next opening of the log checks the segment again. The newest segment is not counted: its
   * batches are read through a mapping that exists.
   */
  void failed(StorageException cause) {
    boolean isRest = unsaved == null;
    DamagedRange range = isRest ? rest() : unsaved;
    unsaved = null;
    boolean counted = (sealed || !isRest) && damage.addUnsaved(range);
    ended = isRest || !counted;
    LOG.error(
        "event=segment_not_verified log={} file={} firstOffset={} endOffset={} counted={}"
            + " reason=\"{}\"",
        logName(),
        segment.file().path(),
        range.firstOffset(),
        range.endOffset(),
        counted,
        cause.getMessage());
  }

  private DamagedRange rest() {
    if (cursor == null) {
      return whole(0);
    }
    long first = cursor.nextOffset();
    return new DamagedRange(first, endOffset, segment.baseOffset(), cursor.position(), 0);
  }

  /** Closes the file. After new damage the segment's index is reloaded when it is needed. */
  @Override
  public void close() throws IOException {
    if (indexIsOld) {
      segment.dropIndex();
    }
    if (file != null) {
      file.close();
    }
  }
}
