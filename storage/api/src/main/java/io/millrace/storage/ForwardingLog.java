package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A log that passes every call to another one. Subclasses override what they change. Any thread.
 */
public class ForwardingLog implements PartitionLog {

  private final PartitionLog inner;

  /**
   * @param inner closed with this log
   */
  public ForwardingLog(PartitionLog inner) {
    this.inner = inner;
  }

  @Override
  public LogId id() {
    return inner.id();
  }

  @Override
  public int epoch() {
    return inner.epoch();
  }

  @Override
  public RecoveryReport recovery() {
    return inner.recovery();
  }

  @Override
  public List<DamagedOffsets> damage() {
    return inner.damage();
  }

  @Override
  public void reportDamage(long offset) {
    inner.reportDamage(offset);
  }

  @Override
  public LogOffsets offsets() {
    return inner.offsets();
  }

  @Override
  public long append(ByteBuffer batch) {
    return inner.append(batch);
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    inner.checkpoint(offset, state);
  }

  @Override
  public LogReader reader(long offset) {
    return inner.reader(offset);
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
    return inner.firstBatchAtOrAfter(eventTimeMicros, from, limit);
  }

  @Override
  public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    return inner.nextRange(wanted, from, limit);
  }

  @Override
  public void sealExpired(long minAppendTimeMicros, long maxBytes) {
    inner.sealExpired(minAppendTimeMicros, maxBytes);
  }

  @Override
  public long deleteBefore(long offset) {
    return inner.deleteBefore(offset);
  }

  @Override
  public long retain(long minAppendTimeMicros, long maxBytes) {
    return inner.retain(minAppendTimeMicros, maxBytes);
  }

  @Override
  public void alter(LogSettings settings) {
    inner.alter(settings);
  }

  @Override
  public long sizeBytes() {
    return inner.sizeBytes();
  }

  @Override
  public void close() {
    inner.close();
  }
}
