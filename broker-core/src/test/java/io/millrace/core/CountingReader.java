package io.millrace.core;

import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A reader that counts itself and its slices while they are open, and refuses a second close. */
final class CountingReader implements LogReader {

  private final LogReader reader;
  private final AtomicInteger open;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountingReader(LogReader reader, AtomicInteger open) {
    this.reader = reader;
    this.open = open;
    open.incrementAndGet();
  }

  @Override
  public long position() {
    return reader.position();
  }

  @Override
  public LogSlice read(int maxBytes, long limit) {
    LogSlice slice = reader.read(maxBytes, limit);
    return slice == null ? null : new CountedSlice(slice);
  }

  @Override
  public void close() {
    closeOnce(closed);
    reader.close();
  }

  private void closeOnce(AtomicBoolean flag) {
    if (!flag.compareAndSet(false, true)) {
      open.set(Integer.MIN_VALUE); // the exception may be caught by the broker
      throw new AssertionError("closed twice");
    }
    open.decrementAndGet();
  }

  private final class CountedSlice implements LogSlice {

    private final LogSlice slice;
    private final AtomicBoolean sliceClosed = new AtomicBoolean();

    CountedSlice(LogSlice slice) {
      this.slice = slice;
      open.incrementAndGet();
    }

    @Override
    public ByteBuffer buffer() {
      return slice.buffer();
    }

    @Override
    public long nextOffset() {
      return slice.nextOffset();
    }

    @Override
    public boolean cold() {
      return slice.cold();
    }

    @Override
    public CompletionStage<Void> load(Executor blocking) {
      return slice.load(blocking);
    }

    @Override
    public void close() {
      closeOnce(sliceClosed);
      slice.close();
    }
  }
}
