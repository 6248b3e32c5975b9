package io.millrace.storage.memory;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A cold slice. {@link #load} reads the bytes on an executor, as an engine does that reads them
 * from another machine.
 */
final class PendingMemorySlice implements LogSlice {

  private final Supplier<MemorySlice> read;
  private final MemoryReader reader;
  private final Executor completions;
  private volatile MemorySlice slice;

  /**
   * @param read reads the slice and moves the reader; returns null if no whole batch is visible
   */
  PendingMemorySlice(Supplier<MemorySlice> read, MemoryReader reader, Executor completions) {
    this.read = read;
    this.reader = reader;
    this.completions = completions;
  }

  @Override
  public ByteBuffer buffer() {
    return loaded().buffer();
  }

  @Override
  public long nextOffset() {
    return loaded().nextOffset();
  }

  @Override
  public boolean cold() {
    return slice == null;
  }

  @Override
  public CompletionStage<Void> load(Executor blocking) {
    return CompletableFuture.runAsync(this::readNow, completions);
  }

  private void readNow() {
    MemorySlice found = read.get();
    slice = found == null ? empty() : found;
  }

  private MemorySlice empty() {
    ByteBuffer nothing = ByteBuffer.allocate(0).asReadOnlyBuffer();
    return new MemorySlice(nothing.order(ByteOrder.LITTLE_ENDIAN), reader.position());
  }

  private MemorySlice loaded() {
    MemorySlice found = slice;
    if (found == null) {
      throw new IllegalStateException("the slice at offset " + reader.position() + " is cold");
    }
    return found;
  }

  @Override
  public void close() {
    MemorySlice found = slice;
    if (found != null) {
      found.close();
    }
  }
}
