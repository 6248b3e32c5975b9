package io.millrace.storage.memory;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Batches in the heap. They are never cold, and stay in the heap as long as the slice does. */
final class MemorySlice implements LogSlice {

  private final ByteBuffer buffer;
  private final long nextOffset;
  private volatile boolean closed;

  MemorySlice(ByteBuffer buffer, long nextOffset) {
    this.buffer = buffer;
    this.nextOffset = nextOffset;
  }

  @Override
  public ByteBuffer buffer() {
    if (closed) {
      throw new IllegalStateException("the slice up to offset " + nextOffset + " is closed");
    }
    return buffer;
  }

  @Override
  public long nextOffset() {
    return nextOffset;
  }

  @Override
  public boolean cold() {
    return false;
  }

  @Override
  public CompletionStage<Void> load(Executor blocking) {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    closed = true;
  }
}
