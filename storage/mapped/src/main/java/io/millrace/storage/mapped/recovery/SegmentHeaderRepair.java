package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.RecoveryCase;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads segment headers, and writes anew those that are damaged: they say nothing that the names of
 * directory and file do not say too.
 */
public final class SegmentHeaderRepair {

  private final LogId id;
  private final Disk disk;
  private final Quarantine quarantine;
  private final List<RecoveryFinding> findings;

  /**
   * @param findings added to
   */
  public SegmentHeaderRepair(
      LogId id, Disk disk, Quarantine quarantine, List<RecoveryFinding> findings) {
    this.id = id;
    this.disk = disk;
    this.quarantine = quarantine;
    this.findings = findings;
  }

  /**
   * The header of a segment; null if the segment is what a crash leaves of a new one.
   *
   * @param synced every batch below this offset is known to have been forced
   * @throws StorageException {@code CORRUPT_LOG} for a segment of another log, {@code LOG_TOO_NEW},
   *     {@code LOG_TOO_OLD}
   */
  SegmentHeader read(StoredSegment segment, long synced) {
    SegmentHeader header = readOrNull(segment);
    return header != null || segment.isHalfCreated(synced) ? header : mend(segment);
  }

  /** The header of a segment that is known to be more than what a crash leaves of a new one. */
  public SegmentHeader readOrMend(StoredSegment segment) {
    SegmentHeader header = readOrNull(segment);
    return header != null ? header : mend(segment);
  }

  /** The header of a segment; null if it is damaged. */
  public SegmentHeader readOrNull(StoredSegment segment) {
    SegmentHeader header;
    try {
      header = segment.header();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      return null;
    }
    header.require(id, segment.baseOffset(), segment.path());
    return header;
  }

  private SegmentHeader mend(StoredSegment segment) {
    SegmentHeader header = new SegmentHeader(id, segment.bytes(), segment.baseOffset());
    try (SegmentChannel file = segment.open()) {
      file.read(ByteBuffer.allocate(SegmentHeader.BYTES), 0);
      if (file.isUnreadable(0, SegmentHeader.BYTES)) {
        // To write into its page would take reading it; what else is in there may be had again.
        note("the disk cannot read the header of " + segment.path().getFileName());
        return header;
      }
      quarantine.keep(file, 0, SegmentHeader.BYTES);
      ByteBuffer bytes = header.encode();
      while (bytes.hasRemaining()) {
        file.channel().write(bytes, bytes.position());
      }
      disk.force(segment.path(), file.channel());
    } catch (IOException e) {
      throw DiskFailure.of("mend the header of", segment.path(), e);
    }
    note("wrote the damaged header of " + segment.path().getFileName() + " anew");
    return header;
  }

  private void note(String text) {
    RecoveryFinding finding = new RecoveryFinding(RecoveryCase.DAMAGED_SEGMENT_HEADER, text);
    // Headers are read more than once, and one that cannot be written stays damaged.
    if (!findings.contains(finding)) {
      findings.add(finding);
    }
  }
}
