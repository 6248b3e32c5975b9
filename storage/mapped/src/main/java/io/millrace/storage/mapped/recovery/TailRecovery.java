package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.IndexFile;
import io.millrace.storage.mapped.file.IndexFiles;
import io.millrace.storage.mapped.file.RecoveryFindings;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.SparseIndex;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Recovers a log that was not closed cleanly. It checks every batch from the checkpoint on, and
 * decides at each point without a valid batch whether the log continues in the next segment, has
 * damage, or ends there. One thread, once.
 */
final class TailRecovery {

  private final RecoveryActions actions;
  private final RecoveryFindings findings;
  private final IndexFiles indexes;
  private final DamageRecord damage;
  private final CheckpointReplay replay;

  private final List<RecoveredSegment> segments = new ArrayList<>();
  private List<StoredSegment> found;
  private long durableOffset;
  private long offset;
  private long uncheckedEnd;
  private int epoch;
  private long checkedBatches;
  private long checkedBytes;
  private long truncatedBytes;

  TailRecovery(
      RecoveryActions actions,
      RecoveryFindings findings,
      IndexFiles indexes,
      DamageRecord damage,
      CheckpointReplay replay) {
    this.actions = actions;
    this.findings = findings;
    this.indexes = indexes;
    this.damage = damage;
    this.replay = replay;
  }

  /**
   * Checks the log, quarantines damage and truncates the torn tail.
   *
   * @param stored the segments on disk, oldest first, at least one
   * @param start where the check begins
   * @param knownDurable every batch below this offset is known to be durable
   * @param rewrite makes the log durable up to its end
   */
  RecoveredLog run(
      List<StoredSegment> stored,
      CheckpointReplay.Start start,
      long knownDurable,
      UnsyncedRewrite rewrite) {
    found = new ArrayList<>(stored);
    for (int i = 0; i < start.segment(); i++) {
      segments.add(unchecked(found.get(i), found.get(i + 1).baseOffset()));
    }
    durableOffset = knownDurable;
    offset = start.offset();
    uncheckedEnd = offset;
    int position = start.position();
    int last = start.segment();
    while (!endsIn(last, position)) {
      position = SegmentHeader.BYTES;
      last++;
    }
    if (offset > durableOffset || truncatedBytes > 0) {
      makeDurable(rewrite, found.get(last));
    }
    boolean truncated = truncatedBytes > 0 || last < found.size() - 1;
    return new RecoveredLog(
        segments,
        offset,
        Math.max(epoch, replay.epoch()),
        uncheckedEnd,
        replay.offset(),
        new RecoveryReport(
            false,
            checkedBatches,
            checkedBytes,
            truncated ? offset : -1,
            truncatedBytes,
            findings.all()));
  }

  /** A sealed segment whose batches recovery does not check. */
  static RecoveredSegment unchecked(StoredSegment segment, long endOffset) {
    return RecoveredSegment.sealed(segment.baseOffset(), segment.bytes(), endOffset, null);
  }

  /** Checks one segment from a position on; true if the log ends in it. */
  private boolean endsIn(int i, int from) {
    StoredSegment segment = found.get(i);
    try (SegmentChannel file = segment.openToRepair()) {
      SegmentHeader header = actions.header(segment);
      int position = from;
      SparseIndex index = indexUpTo(segment, position);
      if (index == null) {
        // There is damage before the checkpoint: check the segment from its first batch.
        index = new SparseIndex();
        position = SegmentHeader.BYTES;
        offset = segment.baseOffset();
        uncheckedEnd = offset;
      }
      BatchCursor cursor =
          new BatchCursor(
              file,
              segment.bytes(),
              new ExpectedBatch(position, offset, epoch),
              segment.proof(),
              damage);
      while (true) {
        checkBatches(cursor, index);
        quarantineOverlapping(i);
        StopPoint stop = new StopPoint(segment, file, found.subList(i + 1, found.size()), cursor);
        if (isContinued(stop)) {
          segments.add(sealed(stop, index));
          return false;
        }
        long durable = stop.durableOffset(durableOffset);
        if (offset >= durable) {
          truncatedBytes += actions.truncate(stop);
          segments.add(active(stop, header, index));
          return true;
        }
        if (stop.isContinuedByNextSegment()) {
          // It looks half created, but batches in it were durable.
          actions.header(stop.later().get(0));
        } else {
          actions.quarantine(stop, stop.damage(durable), replay.offset());
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of("recover", segment.path(), e);
    }
  }

  private void checkBatches(BatchCursor cursor, SparseIndex index) throws IOException {
    while (isBatch(cursor, index)) {
      ByteBuffer header = cursor.header();
      int at = header.position();
      index.add(cursor.position(), header, at);
      durableOffset = Math.max(durableOffset, BatchHeader.durableOffset(header, at));
      checkedBatches++;
      checkedBytes += cursor.length();
      replay.replay(header);
      cursor.advance();
    }
    offset = cursor.nextOffset();
    epoch = cursor.epoch();
  }

  private static boolean isBatch(BatchCursor cursor, SparseIndex index) throws IOException {
    BatchCursor.Found found = cursor.check(true);
    if (cursor.hasSkippedDamage()) {
      index.addDamage();
    }
    return found == BatchCursor.Found.BATCH;
  }

  /** No broker writes a segment whose base offset is below the end of the previous segment. */
  private void quarantineOverlapping(int i) throws IOException {
    while (i < found.size() - 1 && found.get(i + 1).baseOffset() < offset) {
      StoredSegment overlapping = found.remove(i + 1);
      durableOffset = Math.max(durableOffset, overlapping.statedDurableOffset());
      actions.quarantineOverlapping(overlapping, offset);
    }
  }

  private boolean isContinued(StopPoint stop) {
    return stop.isContinuedByNextSegment()
        && actions.headerUnlessHalfCreated(stop.later().get(0), durableOffset) != null;
  }

  /**
   * The index of a segment up to the position where the check begins; null if there is damage
   * before that position.
   */
  private SparseIndex indexUpTo(StoredSegment segment, int position) {
    if (position == SegmentHeader.BYTES) {
      return new SparseIndex();
    }
    IndexFile known = indexes.readOrNull(segment.baseOffset());
    if (known == null) {
      known = IndexFile.empty(segment.baseOffset());
    }
    if (known.coveredBytes() >= position) {
      known.index().cutAt(position);
      return known.index();
    }
    IndexFile extended = indexes.extend(known, segment.path(), position, offset);
    return extended.coveredOffset() == offset ? extended.index() : null;
  }

  /** Cuts the file to its last batch and writes its index. */
  private RecoveredSegment sealed(StopPoint stop, SparseIndex index) throws IOException {
    long baseOffset = stop.segment().baseOffset();
    int end = stop.cursor().position();
    if (stop.segment().bytes() > end) {
      stop.file().channel().truncate(end);
    }
    indexes.write(new IndexFile(baseOffset, offset, end, index));
    return RecoveredSegment.sealed(baseOffset, end, offset, index);
  }

  private static RecoveredSegment active(StopPoint stop, SegmentHeader header, SparseIndex index) {
    StoredSegment segment = stop.segment();
    return RecoveredSegment.active(
        segment.baseOffset(),
        Math.min(header.capacityBytes(), segment.bytes()),
        stop.cursor().position(),
        index);
  }

  private void makeDurable(UnsyncedRewrite rewrite, StoredSegment newest) {
    try {
      rewrite.run(segments, durableOffset);
    } catch (IOException e) {
      throw DiskFailure.of("recover", newest.path(), e);
    }
  }
}
