package io.millrace.storage.mapped;

import io.millrace.storage.LogSlice;
import io.millrace.storage.mapped.file.Mapping;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/** Complete batches in mapped memory. It holds the mapping until it is closed, on any thread. */
final class MappedSlice implements LogSlice {

  private final AtomicReference<Mapping> lease;
  private final ByteBuffer buffer;
  private final SliceRange range;
  private final SliceAhead ahead;
  private final SliceLoader loader;
  private boolean cold;

  private MappedSlice(
      Mapping lease, SliceRange range, SliceAhead ahead, SliceLoader loader, boolean cold) {
    this.lease = new AtomicReference<>(lease);
    this.buffer =
        lease
            .buffer()
            .slice(range.from(), range.bytes())
            .asReadOnlyBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    this.range = range;
    this.ahead = ahead;
    this.loader = loader;
    this.cold = cold;
  }

  /**
   * A slice whose bytes are in memory.
   *
   * @param lease the slice takes ownership and releases it
   */
  static MappedSlice warm(Mapping lease, SliceRange range, SliceLoader loader) {
    return new MappedSlice(lease, range, new SliceAhead(range.to(), range.to()), loader, false);
  }

  /**
   * A slice whose bytes may have to be read from the disk.
   *
   * @param lease the slice takes ownership and releases it
   */
  static MappedSlice cold(Mapping lease, SliceRange range, SliceAhead ahead, SliceLoader loader) {
    return new MappedSlice(lease, range, ahead, loader, true);
  }

  @Override
  public ByteBuffer buffer() {
    requireLease();
    return buffer;
  }

  @Override
  public long nextOffset() {
    return range.nextOffset();
  }

  @Override
  public boolean cold() {
    return cold;
  }

  @Override
  public CompletionStage<Void> load(Executor blocking) {
    return CompletableFuture.runAsync(this::loadNow, blocking);
  }

  /** Loads the bytes on the calling thread. Blocks on the disk. */
  void loadNow() {
    loader.load(requireLease(), range, ahead);
    cold = false;
  }

  private Mapping requireLease() {
    Mapping mapping = lease.get();
    if (mapping == null) {
      throw new IllegalStateException(
          "the slice up to offset " + range.nextOffset() + " is closed");
    }
    return mapping;
  }

  @Override
  public void close() {
    Mapping mapping = lease.getAndSet(null);
    if (mapping != null) {
      mapping.release();
    }
  }
}
