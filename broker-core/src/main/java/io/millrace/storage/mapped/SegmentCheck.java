package io.millrace.storage.mapped;

import io.millrace.storage.DamagedRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the durable batches of one segment of an open log by reading its file, and takes note of
 * the damage it finds. Blocks on the disk. One thread, once.
 */
final class SegmentCheck {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentCheck.class);

  private final LogParts parts;
  private final Segment segment;
  private final long endOffset;

  /**
   * @param durable batches behind this offset are not looked at
   */
  SegmentCheck(LogParts parts, Segment segment, long durable) {
    this.parts = parts;
    this.segment = segment;
    this.endOffset = Math.min(segment.endOffset(), durable);
  }

  /** Whether there was damage that was not known before. */
  boolean run() throws IOException {
    FoundSegment file = FoundSegment.of(parts.directory(), segment.baseOffset());
    Quarantine quarantine = new Quarantine(parts.directory(), parts.disk());
    boolean found = false;
    try (FileChannel channel = segment.file().openForRead()) {
      int limit = Math.min(file.bytes(), segment.end());
      DamageSearch search = new DamageSearch(file, channel, limit);
      BatchScan scan =
          new BatchScan(
              file.path(),
              channel,
              SegmentHeader.BYTES,
              limit,
              segment.baseOffset(),
              0,
              parts.damage());
      while (scan.nextOffset() < endOffset) {
        if (scan.look(true) == BatchScan.Found.BATCH) {
          scan.skip();
        } else if (scan.nextOffset() < endOffset) {
          DamagedRange range = search.at(scan, endOffset, endOffset);
          quarantine.keep(file.path(), channel, range.position(), range.bytes());
          parts.damage().add(range);
          LOG.error(
              "event=damage_found log={} file={} position={} bytes={} firstOffset={} endOffset={}",
              parts.id(),
              file.path(),
              range.position(),
              range.bytes(),
              range.firstOffset(),
              range.endOffset());
          found = true;
        }
      }
    }
    return found;
  }
}
