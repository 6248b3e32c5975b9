package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogReplay;
import io.millrace.storage.RecoveryCase;
import io.millrace.storage.RecoveryFinding;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.mapped.LogParts;
import io.millrace.storage.mapped.Segment;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexRebuild;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentFile;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks the batches of a log that was not closed in order, from its checkpoint on, finds where it
 * ends, and makes everything before the end durable. One thread, once.
 */
final class TailRecovery {

  private static final int COPY_BYTES = 64 * 1024;

  private final LogParts parts;
  private final LogDirectory directory;
  private final LogReplay replay;
  private final List<StoredSegment> found;
  private final long replayFrom;
  private final SegmentHeaderRepair headers;
  private final Quarantine quarantine;
  private final List<RecoveryFinding> findings;

  private List<Segment> segments;
  private long syncedOffset;
  private long offset;
  private long uncheckedEnd;
  private int epoch;
  private long checkedBatches;
  private long checkedBytes;
  private long truncatedBytes;

  /**
   * @param replayFrom the checkpoint: batches below are not replayed
   * @param found the segments on disk, at least one
   * @param findings added to
   */
  TailRecovery(
      LogParts parts,
      LogReplay replay,
      long replayFrom,
      List<StoredSegment> found,
      SegmentHeaderRepair headers,
      Quarantine quarantine,
      List<RecoveryFinding> findings) {
    this.parts = parts;
    this.directory = parts.directory();
    this.replay = replay;
    this.found = found;
    this.replayFrom = replayFrom;
    this.headers = headers;
    this.quarantine = quarantine;
    this.findings = findings;
  }

  /**
   * @param before the segments before the one with the start; the others are added
   * @param knownSynced every batch below was forced
   * @param lastEpoch the largest epoch known before
   */
  RecoveredLog run(List<Segment> before, ScanStart start, long knownSynced, int lastEpoch) {
    segments = before;
    syncedOffset = knownSynced;
    offset = start.offset();
    uncheckedEnd = offset;
    int position = start.position();
    int last = start.segment();
    while (!through(last, position)) {
      position = SegmentHeader.BYTES;
      last++;
    }
    boolean cut = truncatedBytes > 0 || last < found.size() - 1;
    long cutAt = cut ? offset : -1;
    return new RecoveredLog(
        segments,
        offset,
        Math.max(epoch, lastEpoch),
        uncheckedEnd,
        replayFrom,
        new RecoveryReport(false, checkedBatches, checkedBytes, cutAt, truncatedBytes, findings));
  }

  /** Checks one segment; true if the log ends in it. */
  private boolean through(int i, int position) {
    StoredSegment segment = found.get(i);
    try (SegmentChannel file = segment.open()) {
      SegmentHeader header = headers.readOrMend(segment);
      SparseIndex index = indexUpTo(segment, position);
      if (index == null) {
        // Damage before the checkpoint: what stands there has to be looked at batch by batch.
        index = new SparseIndex();
        position = SegmentHeader.BYTES;
        offset = segment.baseOffset();
        uncheckedEnd = offset;
      }
      BatchCursor scan =
          new BatchCursor(file, position, segment.bytes(), offset, epoch, parts.damage());
      StopPoint rest;
      while (true) {
        check(scan, index);
        offset = scan.nextOffset();
        epoch = scan.epoch();
        setOverlappingAside(i);
        rest = new StopPoint(segment, file, found.subList(i + 1, found.size()));
        if (isContinuedBy(rest)) {
          segments.add(sealed(segment, file, scan.position(), index));
          return false;
        }
        long synced = rest.synced(syncedOffset, scan.position());
        if (offset >= synced) {
          break;
        }
        if (rest.goesOnAt(offset)) {
          headers.readOrMend(rest.later().get(0));
        } else {
          quarantine(rest, scan, synced);
        }
      }
      endHere(rest, scan);
      dropIndexBeyondEnd(segment);
      segments.add(active(segment, header, scan.position(), index));
      if (offset > syncedOffset || truncatedBytes > 0) {
        makeDurable();
      }
      return true;
    } catch (IOException e) {
      throw DiskFailure.of("recover", segment.path(), e);
    }
  }

  private boolean isContinuedBy(StopPoint rest) {
    return rest.goesOnAt(offset) && headers.read(rest.later().get(0), syncedOffset) != null;
  }

  /** A later segment that begins before this one ends was never written by a broker. */
  private void setOverlappingAside(int i) throws IOException {
    while (i < found.size() - 1 && found.get(i + 1).baseOffset() < offset) {
      StoredSegment overlapping = found.remove(i + 1);
      syncedOffset = Math.max(syncedOffset, overlapping.saidDurable());
      Files.deleteIfExists(directory.index(overlapping.baseOffset()));
      Path place = quarantine.move(overlapping.path());
      note(
          RecoveryCase.OVERLAPPING_SEGMENTS,
          "moved "
              + overlapping.path().getFileName()
              + " to "
              + place
              + ": the segment before it ends at offset "
              + offset);
    }
  }

  /** Takes note of damage at the scan's position, which then goes on behind it. */
  private void quarantine(StopPoint rest, BatchCursor scan, long synced) throws IOException {
    DamagedRange range = rest.damageAt(scan, synced);
    quarantine.keep(rest.file(), range.position(), range.bytes());
    parts.damage().add(range);
    note(
        range.bytes() == 0 && !rest.later().isEmpty()
            ? RecoveryCase.MISSING_SEGMENT
            : RecoveryCase.DAMAGE_BELOW_SYNCED,
        "offsets "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " were synced and are damaged: "
            + range.bytes()
            + " bytes at position "
            + range.position()
            + " of "
            + rest.segment().path().getFileName()
            + " ("
            + (scan.damage().isEmpty() ? "there is no batch" : scan.damage())
            + ") are kept in quarantine");
  }

  private void note(RecoveryCase kind, String text) {
    findings.add(new RecoveryFinding(kind, text));
  }

  private void replay(ByteBuffer header) {
    if (BatchHeader.baseOffset(header, header.position()) >= replayFrom) {
      replay.replay(header);
    }
  }

  private void check(BatchCursor scan, SparseIndex index) throws IOException {
    while (scan.look(true) == BatchCursor.Found.BATCH) {
      ByteBuffer header = scan.header();
      int at = header.position();
      index.add(scan.position(), header, at);
      syncedOffset = Math.max(syncedOffset, BatchHeader.durableOffset(header, at));
      checkedBatches++;
      checkedBytes += scan.length();
      replay(header);
      scan.skip();
    }
  }

  /** What is known of a segment before the position where the check begins; null: damage there. */
  private SparseIndex indexUpTo(StoredSegment segment, int position) {
    if (position == SegmentHeader.BYTES) {
      return new SparseIndex();
    }
    IndexFile known = IndexRebuild.readOrNull(directory, segment.baseOffset());
    SparseIndex index = known == null ? new SparseIndex() : known.index();
    int from = known == null ? SegmentHeader.BYTES : known.coveredBytes();
    if (from >= position) {
      index.cutAt(position);
      return index;
    }
    long fromOffset = known == null ? segment.baseOffset() : known.coveredOffset();
    SegmentFile file = SegmentFile.sealed(parts, segment.path(), segment.bytes());
    long readable =
        IndexRebuild.extend(parts, index, file, from, fromOffset, position, offset).coveredOffset();
    return readable == offset ? index : null;
  }

  /** Decides what follows the last good batch, and cuts it off if it may be. */
  private void endHere(StopPoint rest, BatchCursor scan) throws IOException {
    StoredSegment segment = rest.segment();
    SegmentTail tail = SegmentTail.read(rest.file(), scan.position(), segment.bytes());
    for (StoredSegment later : rest.later()) {
      removeAfterCut(later);
    }
    long torn = tail.nonZeroBytes();
    if (torn > 0) {
      boolean wholeBehind = tail.hasHeaderBehind();
      tail.zero();
      truncatedBytes += torn;
      note(
          wholeBehind ? RecoveryCase.TORN_THEN_WHOLE : RecoveryCase.TORN_TAIL,
          "cut off "
              + torn
              + " bytes after the last whole batch at position "
              + scan.position()
              + " of "
              + segment.path().getFileName());
    }
    // Otherwise the appends that come to stand there could not be written.
    rest.file().clearUnreadable(scan.position());
  }

  /** Other batches may come to stand where this index knows the ones that are gone. */
  private void dropIndexBeyondEnd(StoredSegment segment) throws IOException {
    IndexFile known = IndexRebuild.readOrNull(directory, segment.baseOffset());
    if (known != null && known.coveredOffset() > offset) {
      Files.delete(directory.index(segment.baseOffset()));
    }
  }

  private void removeAfterCut(StoredSegment later) throws IOException {
    try (SegmentChannel file = later.open()) {
      int from = Math.min(SegmentHeader.BYTES, later.bytes());
      truncatedBytes += SegmentTail.read(file, from, later.bytes()).nonZeroBytes();
    }
    Files.deleteIfExists(directory.index(later.baseOffset()));
    Files.delete(later.path());
    note(
        RecoveryCase.TORN_THEN_WHOLE,
        "removed " + later.path().getFileName() + ", which began after the end of the log");
  }

  private Segment sealed(StoredSegment segment, SegmentChannel bytes, int end, SparseIndex index)
      throws IOException {
    if (segment.bytes() > end) {
      bytes.channel().truncate(end);
    }
    new IndexFile(segment.baseOffset(), offset, end, index)
        .write(directory.index(segment.baseOffset()));
    SegmentFile file = SegmentFile.sealed(parts, segment.path(), end);
    return Segment.sealed(parts, segment.baseOffset(), file, end, offset, index);
  }

  private Segment active(StoredSegment segment, SegmentHeader header, int end, SparseIndex index) {
    int capacityBytes = Math.min(header.capacityBytes(), segment.bytes());
    SegmentFile file = SegmentFile.active(parts, segment.path(), capacityBytes);
    return Segment.active(parts, segment.baseOffset(), file, end, index);
  }

  /**
   * Writes the unsynced batches once more and forces them. After a failed force the kernel may hold
   * pages as clean that never reached the disk, and a second force alone would say they had
   * (Rebello et al., "Can Applications Recover from fsync Failures?", 2020).
   */
  private void makeDurable() throws IOException {
    for (Segment segment : segments) {
      if (segment.endOffset() > syncedOffset) {
        int entry = segment.index().floorOfOffset(syncedOffset);
        int from = entry < 0 ? SegmentHeader.BYTES : segment.index().position(entry);
        try (SegmentChannel bytes =
            StoredSegment.of(directory, segment.baseOffset(), parts.disk()).open()) {
          rewrite(segment, bytes, from);
          parts.disk().force(segment.file().path(), bytes.channel());
        }
      }
    }
    parts.disk().forceDirectory(directory.path());
    parts.disk().forceDirectory(directory.path().getParent());
  }

  /** What is damaged stays as it is. */
  private void rewrite(Segment segment, SegmentChannel file, int from) throws IOException {
    int at = from;
    for (DamagedRange range : parts.damage().all()) {
      if (range.segment() == segment.baseOffset() && range.endPosition() > at) {
        rewrite(file, at, range.position());
        at = range.endPosition();
      }
    }
    rewrite(file, at, segment.end());
  }

  private static void rewrite(SegmentChannel file, int from, int to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
    for (int at = from; at < to; at += bytes.limit()) {
      file.read(bytes.clear().limit(Math.min(COPY_BYTES, to - at)), at);
      if (bytes.limit() == 0) {
        throw new IOException("the file ends at " + at + ", expected " + to + " bytes");
      }
      if (file.isUnreadable(at, at + (long) bytes.limit())) {
        throw new IOException("the disk cannot read again what it could, behind " + at);
      }
      while (bytes.hasRemaining()) {
        file.channel().write(bytes, at + (long) bytes.position());
      }
    }
  }
}
