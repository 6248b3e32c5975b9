package io.millrace.storage.mapped;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A cold slice whose place in its segment is not known: to find it, the index must be loaded or
 * headers must be read from the disk. Loading finds the place and loads the slice there.
 */
final class UnplacedSlice implements LogSlice {

  private static final ByteBuffer NOTHING =
      ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

  private final MappedReader reader;
  private final int maxBytes;
  private final long visible;
  private volatile boolean loaded;

  /** Null if it is not loaded, or if no whole batch is visible. */
  private volatile MappedSlice placed;

  private volatile long nextOffset;

  UnplacedSlice(MappedReader reader, int maxBytes, long visible) {
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.visible = visible;
  }

  @Override
  public ByteBuffer buffer() {
    requireLoaded();
    return placed == null ? NOTHING : placed.buffer();
  }

  @Override
  public long nextOffset() {
    requireLoaded();
    return nextOffset;
  }

  @Override
  public boolean cold() {
    return !loaded;
  }

  @Override
  public CompletionStage<Void> load(Executor blocking) {
    return CompletableFuture.runAsync(this::place, blocking);
  }

  private void place() {
    placed = reader.readFromDisk(maxBytes, visible);
    nextOffset = reader.position();
    loaded = true;
  }

  private void requireLoaded() {
    if (!loaded) {
      throw new IllegalStateException("the slice at offset " + reader.position() + " is cold");
    }
  }

  @Override
  public void close() {
    if (placed != null) {
      placed.close();
    }
  }
}
