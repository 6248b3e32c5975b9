package io.millrace.core;

import io.millrace.storage.LogReader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** A reader whose slices claim to be on disk only; reports a use before they are loaded. */
final class ColdReader implements LogReader {

  static final AtomicInteger OPEN_SLICES = new AtomicInteger();

  private final LogReader reader;
  private final long coldFrom;
  private final Runnable beforeLoad;

  ColdReader(LogReader reader, long coldFrom, Runnable beforeLoad) {
    this.reader = reader;
    this.coldFrom = coldFrom;
    this.beforeLoad = beforeLoad;
  }

  @Override
  public long position() {
    return reader.position();
  }

  @Override
  public LogSlice read(int maxBytes, long limit) {
    boolean cold = reader.position() >= coldFrom;
    LogSlice slice = reader.read(maxBytes, limit);
    return slice == null || !cold ? slice : new ColdSlice(slice, beforeLoad);
  }

  @Override
  public void close() {
    reader.close();
  }

  private static final class ColdSlice implements LogSlice {

    private final LogSlice slice;
    private final Runnable beforeLoad;
    private volatile boolean loaded;

    ColdSlice(LogSlice slice, Runnable beforeLoad) {
      this.slice = slice;
      this.beforeLoad = beforeLoad;
      OPEN_SLICES.incrementAndGet();
    }

    @Override
    public ByteBuffer buffer() {
      if (!loaded) {
        throw new AssertionError("the bytes were touched before they were loaded");
      }
      return slice.buffer();
    }

    @Override
    public long nextOffset() {
      return slice.nextOffset();
    }

    @Override
    public boolean cold() {
      return !loaded;
    }

    @Override
    public CompletionStage<Void> load(Executor blocking) {
      return CompletableFuture.runAsync(this::beforeLoad, blocking)
          .thenCompose(
              ignored ->
                  slice.cold()
                      ? slice.load(blocking)
                      : CompletableFuture.<Void>completedFuture(null))
          .thenRun(() -> loaded = true);
    }

    private void beforeLoad() {
      if (!Thread.currentThread().getName().startsWith("millrace-reader")) {
        throw new AssertionError("loaded on " + Thread.currentThread().getName());
      }
      beforeLoad.run();
    }

    @Override
    public void close() {
      OPEN_SLICES.decrementAndGet();
      slice.close();
    }
  }
}
