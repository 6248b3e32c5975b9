package io.millrace.storage.memory;

import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.SegmentSizes;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open log in the heap that makes its appends durable on an executor, and then calls its
 * listener. One task makes all earlier appends durable.
 */
final class SelfForcingMemoryLog extends MemoryLog {

  private final LogListener listener;
  private final Executor completions;
  private final AtomicBoolean requested = new AtomicBoolean();

  SelfForcingMemoryLog(
      LogId id,
      SegmentSizes sizes,
      MemoryLogData data,
      LogListener listener,
      Executor completions) {
    super(id, sizes, data);
    this.listener = listener;
    this.completions = completions;
  }

  @Override
  Executor completions() {
    return completions;
  }

  @Override
  public long append(ByteBuffer batch) {
    long end = super.append(batch);
    if (!requested.getAndSet(true)) {
      completions.execute(this::makeDurable);
    }
    return end;
  }

  /** With the lock, the listener gets one call at a time, and no call after the log is closed. */
  private synchronized void makeDurable() {
    requested.set(false);
    if (isClosed()) {
      return;
    }
    long before = data().durable();
    long durable = data().force();
    if (durable > before) {
      listener.durable(durable);
    }
  }

  @Override
  public synchronized void close() {
    super.close();
  }
}
