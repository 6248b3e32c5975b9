package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in mapped segment files.
 *
 * <p>The owner appends to the active segment and rolls; the flusher forces and checkpoints; a
 * background thread retains; anyone reads. The segments are an immutable list, replaced under a
 * lock; {@code end} and {@code durable} are published after the bytes they speak of.
 */
final class MappedLog implements PartitionLog {

  private static final Logger LOG = LoggerFactory.getLogger(MappedLog.class);

  /** A slice of one of so many newest segments is expected to be in memory still. */
  private static final int WARM_SEGMENTS = 3;

  private final LogParts parts;
  private final int epoch;
  private final RecoveryReport recovery;
  private final LogChecks checks;
  private final Runnable onClose;
  private final SegmentList segments;
  private final SegmentSupply supply;

  private Segment active;
  private volatile long checkpointed;
  private volatile long durable;
  private volatile long end;
  private volatile StorageException failure;
  private volatile boolean closed;
  private boolean closedMarkStands;

  private MappedLog(LogParts parts, Recovered recovered, Runnable onClose) {
    this.parts = parts;
    this.epoch = parts.epochs().next(parts.id(), recovered.lastEpoch());
    this.recovery = recovered.report();
    this.onClose = onClose;
    this.segments = new SegmentList(recovered.segments());
    this.checks = new LogChecks(parts, segments, () -> durable, recovered.uncheckedEnd());
    this.supply = new SegmentSupply(parts);
    this.active = segments.newest();
    this.end = recovered.endOffset();
    this.durable = recovered.endOffset();
    this.checkpointed = recovered.checkpointed();
    this.closedMarkStands = recovered.closedMarkStands();
  }

  /**
   * Recovers a log, or begins it.
   *
   * @param onClose run once, after the log is closed
   */
  static MappedLog open(LogParts parts, LogReplay replay, Runnable onClose) {
    Recovered recovered = new Recovery(parts, replay).run();
    if (recovered.segments().isEmpty()) {
      recovered = recovered.withFirst(SegmentSupply.first(parts, recovered.endOffset()));
    }
    return new MappedLog(parts, recovered, onClose);
  }

  @Override
  public LogId id() {
    return parts.id();
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
    return parts.damage().all();
  }

  @Override
  public LogOffsets offsets() {
    // Each only grows and is at most the next, so reading them in this order keeps them ordered.
    long startNow = start();
    long durableNow = durable;
    return new LogOffsets(startNow, durableNow, end);
  }

  LogChecks checks() {
    return checks;
  }

  long start() {
    return segments.startOffset();
  }

  long endOffset() {
    return end;
  }

  /** How far readers may see: after a failure, what lies beyond durable is in doubt. */
  long visibleEnd() {
    return failure == null ? end : durable;
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
  public void append(ByteBuffer batch) {
    requireHealthy();
    int at = batch.position();
    requireNext(batch, at);
    if (!active.hasRoomFor(batch.remaining())) {
      roll(batch.remaining());
    }
    try {
      active.append(batch);
    } catch (IOException unwritable) {
      throw fail("append to", unwritable);
    }
    end = BatchHeader.nextOffset(batch, at);
    supply.prepareAfter(active);
  }

  private void requireNext(ByteBuffer batch, int at) {
    if (BatchHeader.baseOffset(batch, at) != end
        || BatchHeader.length(batch, at) != batch.remaining()
        || BatchHeader.epoch(batch, at) != epoch) {
      throw new IllegalArgumentException(
          ("log %s is at offset %d, epoch %d and was given %d bytes that say offset %d, epoch %d,"
                  + " %d bytes")
              .formatted(
                  id(),
                  end,
                  epoch,
                  batch.remaining(),
                  BatchHeader.baseOffset(batch, at),
                  BatchHeader.epoch(batch, at),
                  BatchHeader.length(batch, at)));
    }
  }

  private void roll(int batchBytes) {
    Segment full = active;
    Segment next = supply.next(full, end, batchBytes);
    if (full.baseOffset() == end) {
      // It is empty, only too small for this batch: the new file has taken its name.
      segments.replaceNewest(next);
      active = next;
      full.close();
      return;
    }
    full.seal(end);
    segments.add(next);
    active = next;
    parts.background().execute(() -> finish(full));
  }

  private void finish(Segment sealed) {
    try {
      sealed.finish();
    } catch (StorageException e) {
      // The segment is whole; it only takes more room than it needs. The next checkpoint tries
      // again.
      LOG.warn(
          "event=segment_not_finished file={} reason=\"{}\"", sealed.file().path(), e.getMessage());
    }
  }

  // Flusher.

  @Override
  public long force() {
    requireHealthy();
    return forceAll();
  }

  private long forceAll() {
    long target = end;
    if (target == durable) {
      return target;
    }
    try {
      withdrawClosedMark();
      supply.forceNames();
      for (Segment segment : segments.from(durable)) {
        segment.force();
      }
    } catch (IOException | RuntimeException e) {
      throw fail("force", e);
    }
    durable = target;
    return target;
  }

  /** From here on, what follows the mark may be durable, and must not be taken for nothing. */
  private void withdrawClosedMark() throws IOException {
    if (closedMarkStands) {
      Files.deleteIfExists(parts.directory().closedMark());
      parts.disk().forceDirectory(parts.directory().path());
      closedMarkStands = false;
    }
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    requireHealthy();
    if (offset > durable) {
      throw new IllegalArgumentException(
          "checkpoint at %d of log %s passes durable %d".formatted(offset, id(), durable));
    }
    if (offset < start()) {
      throw overtaken(offset);
    }
    segments.all().forEach(this::finish);
    Segment segment = segments.of(offset);
    Mapping lease = lease(segment, offset);
    int position;
    try {
      position = segment.positionOfBoundary(offset, lease.buffer());
    } finally {
      lease.release();
    }
    new CheckpointFiles(parts.directory(), parts.disk())
        .write(new Checkpoint(offset, segment.baseOffset(), position, epoch, durable, state));
    checkpointed = offset;
    segments.newest().saveIndexUpTo(durable);
  }

  // Readers.

  @Override
  public LogReader reader(long offset) {
    requireOpen();
    long startNow = start();
    long endNow = end;
    if (offset < startNow || offset > endNow) {
      throw new StorageException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "offset "
              + offset
              + " of log "
              + id()
              + " is not in ["
              + startNow
              + ", "
              + endNow
              + "]; begin at one of these, or at the earliest or latest offset");
    }
    return new MappedReader(this, offset);
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long limit) {
    requireOpen();
    long visible = Math.min(limit, visibleEnd());
    for (Segment segment : segments.all()) {
      if (segment.baseOffset() >= visible) {
        break;
      }
      try {
        long offset = firstInSegment(segment, eventTimeMicros, visible);
        if (offset >= 0) {
          return offset;
        }
      } catch (StorageException e) {
        if (segment.baseOffset() >= start()) {
          throw e;
        }
        // Retention was faster; what it has dropped is not looked for.
      }
    }
    return limit;
  }

  private long firstInSegment(Segment segment, long eventTimeMicros, long visible) {
    if (segment.maxEventTime() < eventTimeMicros) {
      return -1;
    }
    Mapping lease = lease(segment, segment.baseOffset());
    try {
      return segment.firstAtOrAfter(eventTimeMicros, visible, lease.buffer());
    } finally {
      lease.release();
    }
  }

  Segment segmentOf(long offset) {
    return segments.of(offset);
  }

  boolean isCold(Segment segment, int position) {
    return segment.isCold(position) || segments.isOlderThanNewest(segment, WARM_SEGMENTS);
  }

  /** Holds a segment's bytes; typed failures if retention or a close was faster. */
  Mapping lease(Segment segment, long offset) {
    Mapping lease = segment.lease();
    if (lease == null) {
      requireOpen();
      throw overtaken(offset);
    }
    return lease;
  }

  /** The first damaged range with offsets at or after this one, or null. */
  DamagedRange damageAfter(long offset) {
    return parts.damage().endingAfter(offset);
  }

  StorageException damaged(DamagedRange range) {
    return parts.damage().refusal(range);
  }

  StorageException overtaken(long offset) {
    return new StorageException(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        "retention has dropped offset "
            + offset
            + " of log "
            + id()
            + ", which now starts at "
            + start()
            + "; begin again there");
  }

  // Retention.

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    requireOpen();
    for (Segment dropped : segments.dropOldest(minAppendTimeMicros, maxBytes, checkpointed)) {
      dropped.delete();
    }
    parts.damage().dropBefore(start());
    return start();
  }

  // Failing and closing.

  private StorageException fail(String doing, Throwable cause) {
    StorageException failed = DiskFailure.failed(doing, parts.directory().path(), cause);
    failure = failed;
    return failed;
  }

  private void requireHealthy() {
    requireOpen();
    StorageException failed = failure;
    if (failed != null) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "log "
              + id()
              + " has failed and takes nothing more until it is opened again: "
              + failed.getMessage(),
          failed);
    }
  }

  void requireOpen() {
    if (closed) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "log " + id() + " is closed; open it again to use it");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (failure == null) {
        forceAll();
        segments.all().forEach(this::finish);
        markClosed();
      }
    } finally {
      closed = true;
      parts.damage().close();
      supply.close();
      segments.all().forEach(Segment::close);
      onClose.run();
    }
  }

  private void markClosed() {
    if (!closedMarkStands || !hasIndexOnDisk(active)) {
      active.saveIndex(end);
    }
    if (!closedMarkStands) {
      try {
        new ClosedMark(end, active.baseOffset(), active.end(), epoch)
            .write(parts.directory().closedMark());
      } catch (StorageException e) {
        LOG.warn("event=log_not_marked_closed log={} reason=\"{}\"", id(), e.getMessage());
      }
    }
  }

  private boolean hasIndexOnDisk(Segment segment) {
    return IndexRebuild.isUsable(parts.directory(), segment.baseOffset(), segment.end(), end);
  }
}
