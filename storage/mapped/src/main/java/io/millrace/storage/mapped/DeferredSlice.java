package io.millrace.storage.mapped;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A cold slice whose begin or end in its segment is not known yet: the segment is not mapped, or
 * the index or batch headers may be on the disk. The load maps the segment, finds the bytes and
 * loads them.
 *
 * <p>The reader that created it must not be used before the load has completed. Closed by the
 * reader's user, on any thread.
 */
final class DeferredSlice implements LogSlice {

  private static final ByteBuffer NOTHING =
      ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

  private final MappedReader reader;
  private final int maxBytes;
  private final long visible;
  private volatile boolean loaded;

  /** Null before the load, and if no batch is visible. */
  private volatile MappedSlice slice;

  private volatile long nextOffset;

  DeferredSlice(MappedReader reader, int maxBytes, long visible) {
    this.reader = reader;
    this.maxBytes = maxBytes;
    this.visible = visible;
  }

  @Override
  public ByteBuffer buffer() {
    requireLoaded();
    return slice == null ? NOTHING : slice.buffer();
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
    return CompletableFuture.runAsync(this::loadNow, blocking);
  }

  private void loadNow() {
    slice = reader.readFromDisk(maxBytes, visible);
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
    if (slice != null) {
      slice.close();
    }
  }
}
