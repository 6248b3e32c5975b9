package io.millrace.storage.mapped;

import io.millrace.storage.DamagedRange;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.DamageSearch;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.recovery.SegmentHeaderRepair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks header and durable batches of one segment of an open log by reading its file, some at a
 * time: mends the header, and takes note of the damage it finds. Retention or a close may take the
 * segment away meanwhile: then there is nothing left to do. Blocks on the disk. One thread.
 */
public final class SegmentCheck implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCheck.class);

  private final LogParts parts;
  private final Segment segment;
  private final long endOffset;
  private final int bytes;
  private final Quarantine quarantine;
  private final List<RecoveryFinding> findings = new ArrayList<>();
  private SegmentChannel file;
  private BatchCursor scan;
  private DamageSearch search;
  private int damagedRanges;

  /**
   * @param upTo batches behind this offset, at most durable, are not looked at
   */
  SegmentCheck(LogParts parts, Segment segment, long upTo) {
    this.parts = parts;
    this.segment = segment;
    this.endOffset = Math.min(segment.endOffset(), upTo);
    this.bytes = segment.batchBytes();
    this.quarantine = new Quarantine(parts.directory(), parts.disk());
  }

  /** About how many bytes there are to check. */
  int bytes() {
    return bytes;
  }

  /** Checks all that is left. */
  void finish() throws IOException {
    while (!isDone()) {
      step(Integer.MAX_VALUE);
    }
  }

  /**
   * Checks the next batches: about so many bytes of them, at least one.
   *
   * @return the bytes that were checked
   */
  int step(int atLeastBytes) throws IOException {
    if (scan == null) {
      open();
    }
    int from = scan.position();
    while (!isDone() && scan.position() - from < atLeastBytes) {
      if (scan.look(true) == BatchCursor.Found.BATCH) {
        scan.skip();
      } else if (scan.nextOffset() < endOffset) {
        setAside(damage());
      }
    }
    return scan.position() - from;
  }

  /** Behind the last batch of a segment that is full, its file may have zeros left. */
  private DamagedRange damage() throws IOException {
    return segment.endOffset() == Segment.UNSEALED
        ? search.within(scan, endOffset)
        : search.at(scan, endOffset, endOffset);
  }

  private void open() throws IOException {
    StoredSegment found = StoredSegment.of(parts.directory(), segment.baseOffset(), parts.disk());
    new SegmentHeaderRepair(parts.id(), parts.disk(), quarantine, findings).readOrMend(found);
    for (RecoveryFinding finding : findings) {
      LOG.error(
          "event=recovery_finding log={} case={} note=\"{}\"",
          parts.id(),
          finding.kind(),
          finding.text());
    }
    file = SegmentChannel.open(segment.file().path(), parts.disk());
    int limit = Math.min(found.bytes(), segment.end());
    search = new DamageSearch(segment.baseOffset(), file, limit);
    scan =
        new BatchCursor(file, SegmentHeader.BYTES, limit, segment.baseOffset(), 0, parts.damage());
  }

  /** Whether there is nothing left to check. */
  boolean isDone() {
    return isGone() || (scan != null && scan.nextOffset() >= endOffset);
  }

  /** Whether retention or a close has taken the segment away. */
  boolean isGone() {
    return segment.file().isClosed();
  }

  /** Ranges of offsets that were found damaged and not known to be before. */
  int damagedRanges() {
    return damagedRanges;
  }

  /** What was found beside damaged ranges, and mended. */
  List<RecoveryFinding> findings() {
    return findings;
  }

  /** One at a time for a log: a reader may have had the same segment checked. */
  private void setAside(DamagedRange range) throws IOException {
    synchronized (parts.damage()) {
      if (isGone() || parts.damage().containing(range.firstOffset()) != null) {
        return;
      }
      quarantine.keep(file, range.position(), range.bytes());
      parts.damage().add(range);
    }
    damagedRanges++;
    LOG.error(
        "event=damage_found log={} file={} position={} bytes={} firstOffset={} endOffset={}",
        parts.id(),
        segment.file().path(),
        range.position(),
        range.bytes(),
        range.firstOffset(),
        range.endOffset());
  }

  /** Lets go of the file; what readers know of the segment follows what was found. */
  @Override
  public void close() throws IOException {
    if (damagedRanges > 0) {
      segment.forgetIndex();
    }
    if (file != null) {
      file.close();
    }
  }
}
