package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSettings;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.Refusals;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.Checkpoint;
import io.millrace.storage.mapped.file.ClosedMark;
import io.millrace.storage.mapped.file.SmallFiles;
import io.millrace.storage.mapped.recovery.RecoveredLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A log in mapped segment files. It coordinates append, fsync, retention and close.
 *
 * <p>The owner appends to the active segment and rolls to the next one. The flusher fsyncs and
 * writes checkpoints. A background thread drops old segments. The list of segments is immutable and
 * replaced under a lock. Readers use a {@link LogView} of the log.
 */
final class MappedLog implements ForcedLog {

  private final LogView view;
  private final int epoch;
  private final RecoveryReport recovery;
  private final SmallFiles files;
  private final LogHealth health;
  private final SegmentList segments;
  private final LogChecks checks;
  private final SegmentSupply supply;
  private final FsyncActivity fsyncs;
  private final Runnable onClose;

  /** Segments that are not in the list any more and must be deleted, oldest first. */
  private final Queue<Segment> dropped = new ArrayDeque<>();

  private Segment active;
  private volatile long checkpointed;

  /**
   * A log that {@link LogOpener} has recovered.
   *
   * @param epoch of this opening
   * @param onClose runs once, after the log is closed
   */
  MappedLog(
      LogView view,
      int epoch,
      RecoveredLog recovered,
      SmallFiles files,
      LogChecks checks,
      SegmentSupply supply,
      FsyncActivity fsyncs,
      Runnable onClose) {
    this.view = view;
    this.epoch = epoch;
    this.recovery = recovered.report();
    this.files = files;
    this.health = view.health();
    this.segments = view.segments();
    this.checks = checks;
    this.supply = supply;
    this.fsyncs = fsyncs;
    this.onClose = onClose;
    this.active = segments.newest();
    this.checkpointed = recovered.checkpointed();
  }

  @Override
  public LogId id() {
    return view.id();
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public RecoveryReport recovery() {
    return recovery;
  }

  @Override
  public List<DamagedRange> damage() {
    return files.damage().all();
  }

  @Override
  public LogOffsets offsets() {
    return view.offsets();
  }

  LogChecks checks() {
    return checks;
  }

  @Override
  public void alter(LogSettings settings) {
    supply.limitTo(settings.maxSegmentBytes());
  }

  @Override
  public long sizeBytes() {
    return segments.sizeBytes();
  }

  // Owner.

  @Override
  public long append(ByteBuffer batch) {
    health.requireHealthy();
    int at = batch.position();
    Refusals.requireNext(id(), view.end(), epoch, batch);
    if (!active.hasRoomFor(batch.remaining())) {
      roll(batch.remaining());
    }
    try {
      active.append(batch);
    } catch (IOException unwritable) {
      throw health.fail("append to", unwritable);
    }
    long end = BatchHeader.nextOffset(batch, at);
    view.publishEnd(end);
    supply.prepareAfter(active);
    return end;
  }

  private void roll(int batchBytes) {
    Segment full = active;
    long end = view.end();
    Segment next = supply.next(full, end, batchBytes);
    if (full.baseOffset() == end) {
      // The segment is empty and too small for this batch: the new file has replaced it.
      segments.replaceNewest(next);
      active = next;
      supply.closeLater(full);
      return;
    }
    full.seal(end);
    segments.add(next);
    active = next;
    supply.finishLater(full);
  }

  // Flusher.

  @Override
  public long force() {
    health.requireHealthy();
    return fsyncAll();
  }

  private long fsyncAll() {
    long durable = view.durable();
    long target = view.end();
    if (target == durable) {
      return target;
    }
    fsyncs.begin();
    try {
      files.closedMark().delete();
      supply.fsyncNames();
      for (Segment segment : segments.from(durable)) {
        segment.fsync();
      }
    } catch (IOException | RuntimeException e) {
      throw health.fail("fsync", e);
    } finally {
      fsyncs.end();
    }
    view.publishDurable(target);
    return target;
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    health.requireHealthy();
    long durable = view.durable();
    Refusals.requireDurable(id(), offset, durable);
    if (offset < view.start()) {
      throw view.dropped(offset);
    }
    segments.all().forEach(SegmentSupply::finish);
    Segment segment = segments.of(offset);
    int position = positionOfBoundary(segment, offset);
    files
        .checkpoints()
        .write(new Checkpoint(offset, segment.baseOffset(), position, epoch, durable, state));
    checkpointed = offset;
    segments.newest().saveIndexUpTo(durable);
  }

  private int positionOfBoundary(Segment segment, long offset) {
    try {
      return view.search(segment, offset, lookup -> lookup.positionOfBoundary(offset));
    } catch (StorageException e) {
      checks.startIfCorrupt(segment, e);
      throw e;
    }
  }

  // Readers.

  @Override
  public LogReader reader(long offset) {
    return reader(offset, new ReadAhead(fsyncs, System::nanoTime));
  }

  LogReader reader(long offset, ReadAhead readAhead) {
    view.requireReadable(offset);
    return new MappedReader(view, checks, readAhead, offset);
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long limit) {
    return view.firstBatchAtOrAfter(eventTimeMicros, limit, checks);
  }

  // Retention.

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    health.requireOpen();
    dropped.addAll(view.dropOldest(minAppendTimeMicros, maxBytes, checkpointed));
    while (!dropped.isEmpty()) {
      dropped.peek().delete();
      dropped.remove();
    }
    segments.all().stream().filter(Segment::isDamaged).forEach(checks::start);
    files.damage().dropBefore(view.start());
    return view.start();
  }

  // Closing.

  @Override
  public void close() {
    if (health.isClosed()) {
      return;
    }
    try {
      if (!health.hasFailed()) {
        fsyncAll();
        segments.all().forEach(SegmentSupply::finish);
        markClosed();
      }
    } finally {
      health.close();
      files.damage().close();
      supply.close();
      segments.all().forEach(Segment::close);
      onClose.run();
    }
  }

  /** Writes nothing if the log was only read since the last clean close. */
  private void markClosed() {
    long end = view.end();
    if (!files.closedMark().exists() || !active.hasIndexFile(end)) {
      active.saveIndex(end);
    }
    files.closedMark().write(new ClosedMark(end, active.baseOffset(), active.end(), epoch));
  }
}
