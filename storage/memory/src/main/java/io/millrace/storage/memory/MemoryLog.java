package io.millrace.storage.memory;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.Refusals;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;

/** An open log in the heap. It refuses appends when the storage is full, and never fails. */
abstract class MemoryLog implements PartitionLog {

  private final LogId id;
  private final MemoryLogData data;
  private final int epoch;
  private final boolean clean;
  private volatile SegmentSizes sizes;
  private volatile boolean closed;

  MemoryLog(LogId id, SegmentSizes sizes, MemoryLogData data) {
    this.id = id;
    this.sizes = sizes;
    this.data = data;
    this.clean = data.closedCleanly();
    this.epoch = data.opened();
  }

  MemoryLogData data() {
    return data;
  }

  /** Passes on the last checkpoint and the batches after it. Once, when the log is opened. */
  void replay(LogReplay replay) {
    MemoryLogData.Checkpoint checkpoint = data.checkpoint();
    if (checkpoint != null && checkpoint.offset() >= data.keptFrom()) {
      replay.restore(checkpoint.state().clone());
    }
    long from = checkpoint == null ? 0 : checkpoint.offset();
    for (Chunk chunk : data.chunks()) {
      int usedBytes = chunk.usedBytes();
      for (int at = 0; at < usedBytes; at += BatchHeader.length(chunk.view(), at)) {
        if (BatchHeader.baseOffset(chunk.view(), at) >= from) {
          replay.replay(chunk.slice(at, at + BatchHeader.BYTES));
        }
      }
    }
  }

  @Override
  public LogId id() {
    return id;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public RecoveryReport recovery() {
    return new RecoveryReport(clean, 0, 0, -1, 0, List.of());
  }

  @Override
  public List<DamagedOffsets> damage() {
    return List.of();
  }

  @Override
  public void reportDamage(long offset) {
    // There is nothing that a batch in memory could be verified against.
  }

  @Override
  public LogOffsets offsets() {
    // The offsets only grow. Reads in this order return start <= durable <= end.
    long start = data.start();
    long durable = data.durable();
    return new LogOffsets(start, durable, data.end());
  }

  @Override
  public long append(ByteBuffer batch) {
    requireOpen();
    Refusals.requireNext(id, data.end(), epoch, batch);
    return data.append(batch, sizes.maxSegmentBytes());
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    requireOpen();
    Refusals.requireDurable(id, offset, data.durable());
    if (offset < data.keptFrom()) {
      throw Refusals.dropped(id, offset, data.start());
    }
    data.checkpoint(offset, state);
  }

  @Override
  public LogReader reader(long offset) {
    requireOpen();
    Refusals.requireInRange(id, offset, data.start(), data.end());
    return new MemoryReader(this, data, offset, completions());
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
    requireOpen();
    long first = Math.max(from, data.start());
    long visible = Math.min(limit, data.end());
    for (Chunk chunk : data.chunks()) {
      if (chunk.baseOffset() >= visible
          || chunk.endOffset() <= first
          || chunk.maxEventTime() < eventTimeMicros) {
        continue;
      }
      ByteBuffer bytes = chunk.view();
      int usedBytes = chunk.usedBytes();
      for (int at = 0; at < usedBytes; at += BatchHeader.length(bytes, at)) {
        long baseOffset = BatchHeader.baseOffset(bytes, at);
        if (baseOffset >= visible) {
          return limit;
        }
        if (BatchHeader.nextOffset(bytes, at) > first
            && BatchHeader.maxEventTime(bytes, at) >= eventTimeMicros
            && !BatchHeader.isGap(bytes, at)) {
          return baseOffset;
        }
      }
    }
    return limit;
  }

  @Override
  public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    requireOpen();
    if (from < data.start()) {
      throw Refusals.dropped(id, from, data.start());
    }
    return new MemoryRangeSearch(wanted, from, Math.min(limit, data.end())).run(data.chunks());
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    requireOpen();
    return data.retain(minAppendTimeMicros, maxBytes);
  }

  @Override
  public long deleteBefore(long offset) {
    requireOpen();
    Refusals.requireDeletable(id, offset, data.start(), data.durable());
    return data.deleteBefore(offset);
  }

  @Override
  public void sealExpired(long minAppendTimeMicros, long maxBytes) {
    requireOpen();
    data.sealExpired(minAppendTimeMicros, maxBytes);
  }

  @Override
  public void alter(LogSettings changed) {
    sizes = SegmentSizes.of(changed);
  }

  @Override
  public long sizeBytes() {
    return data.sizeBytes();
  }

  /** Runs the reads of slices; null if they are read on the calling thread. */
  abstract Executor completions();

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw Refusals.closed(id);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      data.closed();
    }
  }
}
