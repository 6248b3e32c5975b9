package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogReplay;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens what is on disk of one log.
 *
 * <table>
 *   <caption>Decisions</caption>
 *   <tr><th>found</th><th>done</th></tr>
 *   <tr><td>unfinished files, indexes without segment</td><td>removed, noted</td></tr>
 *   <tr><td>newest segment with a bad header and no batch</td><td>removed, noted</td></tr>
 *   <tr><td>closed mark that fits the newest segment</td><td>nothing checked; batches after the
 *       checkpoint replayed</td></tr>
 *   <tr><td>no closed mark</td><td>everything after the checkpoint checked and replayed</td></tr>
 *   <tr><td>no checkpoint, or a damaged one</td><td>everything checked and replayed, noted</td></tr>
 *   <tr><td>bytes after the last good batch, nothing says they were synced</td><td>cut off,
 *       reported</td></tr>
 *   <tr><td>the last good batch is below an offset known to be synced</td><td>nothing touched,
 *       {@code CORRUPT_LOG}</td></tr>
 * </table>
 *
 * One thread, once.
 */
final class Recovery {

  private final LogParts parts;
  private final LogDirectory directory;
  private final LogReplay replay;
  private final List<String> notes = new ArrayList<>();
  private final List<FoundSegment> found = new ArrayList<>();
  private SegmentHeader newestHeader;

  Recovery(LogParts parts, LogReplay replay) {
    this.parts = parts;
    this.directory = parts.directory();
    this.replay = replay;
  }

  Recovered run() {
    LogDirectory.Listing listing = directory.list();
    listing.leftovers().forEach(file -> remove(file, "left unfinished"));
    listing.segments().forEach(base -> found.add(FoundSegment.of(directory, base)));
    Checkpoint checkpoint = readCheckpoint();
    long emptyAt = dropHalfCreated(checkpoint);
    if (found.isEmpty()) {
      return nothing(checkpoint, emptyAt);
    }
    newestHeader.require(parts.id(), newest().baseOffset(), newest().path());
    if (checkpoint != null) {
      replay.restore(checkpoint.state());
    }
    ClosedMark closed = readClosedMark();
    return closed != null && fits(closed, checkpoint)
        ? clean(checkpoint, closed)
        : unclean(checkpoint);
  }

  private FoundSegment newest() {
    return found.get(found.size() - 1);
  }

  private void remove(Path file, String why) {
    try {
      Files.deleteIfExists(file);
      notes.add("removed " + file.getFileName() + ", " + why);
    } catch (IOException e) {
      throw DiskFailure.of("delete", file, e);
    }
  }

  private Checkpoint readCheckpoint() {
    try {
      return Checkpoint.read(directory.checkpoint()).orElse(null);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.CORRUPT_LOG) {
        throw e;
      }
      notes.add("the checkpoint is not used: " + e.getMessage());
      return null;
    }
  }

  private ClosedMark readClosedMark() {
    try {
      return ClosedMark.read(directory.closedMark()).orElse(null);
    } catch (StorageException e) {
      notes.add("the closed mark is not used: " + e.getMessage());
      return null;
    }
  }

  /**
   * Removes newest segments that never got as far as a header.
   *
   * @return base offset of the last one removed, or -1
   */
  private long dropHalfCreated(Checkpoint checkpoint) {
    long dropped = -1;
    while (!found.isEmpty()) {
      try {
        newestHeader = newest().header();
        return dropped;
      } catch (StorageException e) {
        if (e.code() != ErrorCode.CORRUPT_LOG || !newest().isHalfCreated()) {
          throw e;
        }
      }
      dropped = newest().baseOffset();
      if (checkpoint != null && dropped < checkpoint.durableOffset()) {
        throw lost(checkpoint.durableOffset(), newest().path() + " has no header");
      }
      remove(newest().path(), "created by half");
      found.remove(found.size() - 1);
    }
    return dropped;
  }

  private Recovered nothing(Checkpoint checkpoint, long emptyAt) {
    if (checkpoint != null) {
      if (emptyAt < checkpoint.durableOffset()) {
        throw lost(checkpoint.durableOffset(), "there is no segment file");
      }
      replay.restore(checkpoint.state());
    }
    RecoveryReport report = new RecoveryReport(notes.isEmpty(), 0, 0, -1, 0, notes);
    return new Recovered(List.of(), Math.max(emptyAt, 0), epochOf(checkpoint), false, report);
  }

  private StorageException lost(long durableOffset, String why) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "log "
            + directory.path()
            + " was synced up to offset "
            + durableOffset
            + ", but "
            + why
            + "; restore its files from a copy, or move the directory away to begin anew without"
            + " them");
  }

  // A log that was closed in order.

  /** What was appended after the close shows itself behind the mark. */
  private boolean fits(ClosedMark closed, Checkpoint checkpoint) {
    return closed.segment() == newest().baseOffset()
        && closed.endOffset() >= newest().baseOffset()
        && closed.position() >= SegmentHeader.BYTES
        && closed.position() <= newest().bytes()
        && (checkpoint == null || checkpoint.durableOffset() <= closed.endOffset())
        && newest().isZeroAt(closed.position());
  }

  private Recovered clean(Checkpoint checkpoint, ClosedMark closed) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < found.size() - 1; i++) {
      segments.add(sealed(i));
    }
    SegmentFile file = activeFile();
    segments.add(
        Segment.active(
            directory,
            newest().baseOffset(),
            file,
            closed.position(),
            activeIndex(file, closed.position(), closed.endOffset())));
    if (checkpoint == null || checkpoint.offset() < closed.endOffset()) {
      replayUnchecked(ScanStart.of(checkpoint, found), closed.endOffset());
    }
    return new Recovered(
        segments,
        closed.endOffset(),
        Math.max(closed.epoch(), epochOf(checkpoint)),
        true,
        new RecoveryReport(true, 0, 0, -1, 0, notes));
  }

  private static int epochOf(Checkpoint checkpoint) {
    return checkpoint == null ? 0 : checkpoint.epoch();
  }

  private SparseIndex activeIndex(SegmentFile file, int end, long endOffset) {
    if (end == SegmentHeader.BYTES) {
      return new SparseIndex();
    }
    IndexFile known = IndexRebuild.readOrNull(directory, newest().baseOffset());
    if (known != null && known.coveredBytes() == end && known.coveredOffset() == endOffset) {
      return known.index();
    }
    notes.add("the index of " + newest().path().getFileName() + " was built anew");
    SparseIndex index = new SparseIndex();
    IndexRebuild.extend(index, file, SegmentHeader.BYTES, newest().baseOffset(), end, endOffset);
    return index;
  }

  private void replayUnchecked(ScanStart start, long endOffset) {
    int position = start.position();
    long offset = start.offset();
    for (int i = start.segment(); i < found.size(); i++) {
      FoundSegment segment = found.get(i);
      try (FileChannel channel = segment.open()) {
        BatchScan scan =
            new BatchScan(segment.path(), channel, position, segment.bytes(), offset, 0);
        while (scan.nextOffset() < endOffset && scan.look(false) == BatchScan.Found.BATCH) {
          replay.replay(scan.header());
          scan.skip();
        }
        offset = scan.nextOffset();
        position = SegmentHeader.BYTES;
      } catch (IOException e) {
        throw DiskFailure.of("read", segment.path(), e);
      }
    }
    if (offset != endOffset) {
      throw lost(endOffset, "its batches can be read only up to offset " + offset);
    }
  }

  // A log that was not.

  private Recovered unclean(Checkpoint checkpoint) {
    if (checkpoint == null) {
      notes.add("no checkpoint: every batch was checked");
    }
    ScanStart start = ScanStart.of(checkpoint, found);
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < start.segment(); i++) {
      segments.add(sealed(i));
    }
    withdrawClosedMark();
    long durable = checkpoint == null ? 0 : checkpoint.durableOffset();
    return new TailScan(parts, replay, found, notes)
        .run(segments, start, durable, epochOf(checkpoint));
  }

  /** It does not fit, and must not begin to fit by later damage. */
  private void withdrawClosedMark() {
    try {
      if (Files.deleteIfExists(directory.closedMark())) {
        parts.disk().forceDirectory(directory.path());
      }
    } catch (IOException e) {
      throw DiskFailure.of("delete", directory.closedMark(), e);
    }
  }

  private Segment sealed(int i) {
    FoundSegment segment = found.get(i);
    return Segment.sealed(
        directory,
        segment.baseOffset(),
        SegmentFile.sealed(parts, segment.path(), segment.bytes()),
        segment.bytes(),
        found.get(i + 1).baseOffset(),
        null);
  }

  private SegmentFile activeFile() {
    return SegmentFile.active(
        parts, newest().path(), Math.min(newestHeader.capacityBytes(), newest().bytes()));
  }
}
