package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A log that fails when another broker takes it over: it refuses writes, and readers see what is
 * durable at that moment. Any thread.
 */
public class FencingLog extends ForwardingLog {

  private final GuardedListener listener;
  private final Consumer<LogId> onClose;
  private volatile Fenced fenced;

  private record Fenced(StorageException cause, LogOffsets offsets) {}

  /**
   * @param listener the listener of {@code inner}
   * @param onClose runs before the log is closed
   */
  public FencingLog(PartitionLog inner, GuardedListener listener, Consumer<LogId> onClose) {
    super(inner);
    this.listener = listener;
    this.onClose = onClose;
  }

  void fence(StorageException cause) {
    fenced = new Fenced(cause, offsets());
    listener.failed(cause);
  }

  protected final GuardedListener listener() {
    return listener;
  }

  protected final boolean isFenced() {
    return fenced != null;
  }

  protected final void requireNotFenced() {
    Fenced now = fenced;
    if (now != null) {
      throw new StorageException(now.cause().code(), now.cause().getMessage(), now.cause());
    }
  }

  @Override
  public LogOffsets offsets() {
    Fenced now = fenced;
    return now == null ? super.offsets() : now.offsets();
  }

  @Override
  public long append(ByteBuffer batch) {
    requireNotFenced();
    return super.append(batch);
  }

  @Override
  public void checkpoint(long offset, byte[] state) {
    requireNotFenced();
    super.checkpoint(offset, state);
  }

  @Override
  public long deleteBefore(long offset) {
    requireNotFenced();
    return super.deleteBefore(offset);
  }

  @Override
  public LogReader reader(long offset) {
    LogReader reader = super.reader(offset);
    return new LogReader() {
      @Override
      public long position() {
        return reader.position();
      }

      @Override
      public LogSlice read(int maxBytes, long limit) {
        return reader.read(maxBytes, visible(limit));
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  @Override
  public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
    long visible = visible(limit);
    long found = super.firstBatchAtOrAfter(eventTimeMicros, from, visible);
    return found == visible ? limit : found;
  }

  @Override
  public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
    return super.nextRange(wanted, from, visible(limit));
  }

  private long visible(long limit) {
    Fenced now = fenced;
    return now == null ? limit : Math.min(limit, now.offsets().durable());
  }

  @Override
  public void close() {
    listener.end();
    onClose.accept(id());
    super.close();
  }
}
