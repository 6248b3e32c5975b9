package io.millrace.storage.mapped;

import io.millrace.storage.RecoveryFinding;
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
 * quarantines damage among the durable batches. Retention or a close may remove the segment
 * meanwhile; the check is then done. Blocks on the disk. One thread.
 */
final class SegmentCheck implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCheck.class);

  private final Segment segment;
  private final long endOffset;
  private final int bytes;
  private final RecoveryActions actions;
  private final RecoveryFindings findings;
  private final DamageRecord damage;
  private StoredSegment checked;
  private SegmentChannel file;
  private BatchCursor cursor;
  private int damagedRanges;

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
    if (cursor == null) {
      open();
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

  private void open() throws IOException {
    StoredSegment stored = actions.stored(segment.baseOffset());
    actions.header(stored);
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
  }

  private Path logName() {
    return segment.file().path().getParent().getFileName();
  }

  /** Whether nothing is left to check. */
  boolean isDone() {
    return isGone() || (cursor != null && cursor.nextOffset() >= endOffset);
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
      actions.quarantine(file, range);
    }
    damagedRanges++;
    LOG.error(
        "event=damage_found log={} file={} position={} bytes={} firstOffset={} endOffset={}",
        logName(),
        segment.file().path(),
        range.position(),
        range.bytes(),
        range.firstOffset(),
        range.endOffset());
  }

  /** Closes the file. After new damage the segment's index is reloaded when it is needed. */
  @Override
  public void close() throws IOException {
    if (damagedRanges > 0) {
      segment.dropIndex();
    }
    if (file != null) {
      file.close();
    }
  }
}
