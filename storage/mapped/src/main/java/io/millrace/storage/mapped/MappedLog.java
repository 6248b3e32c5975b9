package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogSettings;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.Refusals;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.StorageException;
import io.millrace.storage.WantedBatches;
import io.millrace.storage.mapped.file.Checkpoint;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A log in mapped segment files. It coordinates append, fsync, retention and close.
 *
 * <p>The owner appends to the active segment and rolls to the next one. The flusher fsyncs and
 * writes checkpoints ({@link LogFlush}). A background thread drops old segments. The list of
 * segments is immutable and replaced under a lock. Readers use a {@link LogView} of the log.
 */
final class MappedLog implements ForcedLog {

  private final LogView view;
  private final LogOpening opening;
  private final LogFlush flush;
  private final LogChecks checks;
  private final SegmentSupply supply;
  private final LogHealth health;
  private final SegmentList segments;

  /** Segments that are not in the list any more and must be deleted, oldest first. */
  private final Queue<Segment> dropped = new ArrayDeque<>();

  private Segment active;
  private volatile long checkpointed;

  /** A log that {@link LogOpener} has recovered. */
  MappedLog(
      LogView view, LogOpening opening, LogFlush flush, LogChecks checks, SegmentSupply supply) {
    this.view = view;
    this.opening = opening;
    this.flush = flush;
    this.checks = checks;
    this.supply = supply;
    this.health = view.health();
    this.segments = view.segments();
    this.active = segments.newest();
    this.checkpointed = opening.checkpointed();
  }

  @Override
  public LogId id() {
    return view.id();
  }

  @Override
  public int epoch() {
    return opening.epoch();
  }

  @Override
  public RecoveryReport recovery() {
    return opening.recovery();
  }

  @Override
  public List<DamagedOffsets> damage() {
    return view.damage().offsets();
  }

  @Override
  public void reportDamage(long offset) {
    Segment segment = view.segmentOf(offset);
    if (!view.isDeleted(segment)) {
      checks.start(segment);
    }
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
    supply.limitTo(SegmentSizes.of(settings).maxSegmentBytes());
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
    Refusals.requireNext(id(), view.end(), epoch(), batch);
    if (!active.hasRoomFor(batch.remaining())) {
      roll(batch.remaining());
    }
    try {
      active.append(batch);
    } catch (Throwable e) {
      // After an exception or an Error, the contents of the file and the index are unknown.
      throw health.fail("append to", e);
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
    replaceActive(next, end);
  }

  private void replaceActive(Segment next, long end) {
    Segment full = active;
    full.seal(end);
    segments.add(next);
    active = next;
    supply.finishLater(full);
  }

  @Override
  public void sealExpired(long minAppendTimeMicros, long maxBytes) {
    health.requireOpen();
    boolean deleted = active.batchBytes() > 0 && view.isDeleted(active);
    if (health.hasFailed() || !(deleted || active.isExpired(minAppendTimeMicros, maxBytes))) {
      return;
    }
    long end = view.end();
    Segment next = supply.nextIfPrepared(active, end);
    if (next != null) {
      replaceActive(next, end);
    }
  }

  // Flusher.

  @Override
  public long force() {
    health.requireHealthy();
    return flush.fsync();
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    health.requireHealthy();
    long durable = view.durable();
    Refusals.requireDurable(id(), offset, durable);
    if (offset < segments.startOffset()) {
      throw view.dropped(offset);
    }
    segments.all().forEach(SegmentSupply::finish);
    Segment segment = segments.of(offset);
    int position = positionOfBoundary(segment, offset);
    flush.save(new Checkpoint(offset, segment.baseOffset(), position, epoch(), durable, state));
    checkpointed = offset;
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
    return reader(offset, new ReadAhead(flush.fsyncs(), System::nanoTime));
  }

  LogReader reader(long offset, ReadAhead readAhead) {
    view.requireReadable(offset);
    return new MappedReader(view, checks, readAhead, offset);
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
    return view.firstBatchAtOrAfter(eventTimeMicros, from, limit, checks);
  }

  @Override
  public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    return view.nextRange(wanted, from, limit);
  }

  // Deletion and retention.

  @Override
  public long deleteBefore(long offset) {
    health.requireOpen();
    Refusals.requireDeletable(id(), offset, view.start(), view.durable());
    if (offset > view.start()) {
      flush.noteDeletion(offset);
      view.deleteBefore(offset);
    }
    return view.start();
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    health.requireOpen();
    dropped.addAll(view.dropOldest(minAppendTimeMicros, maxBytes, checkpointed));
    if (!dropped.isEmpty()) {
      long newest = segments.newest().baseOffset();
      fsyncNames();
      flush.noteStart(view.start(), newest);
    }
    while (!dropped.isEmpty()) {
      dropped.peek().delete();
      dropped.remove();
    }
    segments.all().stream()
        .filter(segment -> segment.isDamaged() && !view.isDeleted(segment))
        .forEach(checks::start);
    view.damage().dropBefore(segments.startOffset());
    return view.start();
  }

  /**
   * Makes the names of the segments that stay durable, before others are deleted. The newest may be
   * empty: without its name, a power failure would leave no file that states the end of the log.
   */
  private void fsyncNames() {
    if (supply.areNamesDurable()) {
      return;
    }
    health.requireHealthy();
    try {
      supply.fsyncNames();
    } catch (Throwable e) {
      throw health.failFsync(e);
    }
  }

  // Closing.

  @Override
  public void close() {
    if (health.isClosed()) {
      return;
    }
    try {
      if (!health.hasFailed()) {
        flush.fsync();
        segments.all().forEach(SegmentSupply::finish);
        flush.markClosed(epoch());
      }
    } finally {
      health.close();
      view.damage().close();
      supply.close();
      segments.all().forEach(Segment::close);
      opening.onClose().run();
    }
  }
}
