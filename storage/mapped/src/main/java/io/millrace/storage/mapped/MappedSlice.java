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
  private final SliceRange bytes;
  private boolean cold;

  /**
   * @param lease the slice takes ownership and releases it
   */
  MappedSlice(Mapping lease, SliceRange bytes, boolean cold) {
    this.lease = new AtomicReference<>(lease);
    this.buffer =
        lease
            .buffer()
            .slice(bytes.from(), bytes.to() - bytes.from())
            .asReadOnlyBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    this.bytes = bytes;
    this.cold = cold;
  }

  @Override
  public ByteBuffer buffer() {
    requireLease();
    return buffer;
  }

  @Override
  public long nextOffset() {
    return bytes.nextOffset();
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
    bytes.load(requireLease());
    cold = false;
  }

  private Mapping requireLease() {
    Mapping mapping = lease.get();
    if (mapping == null) {
      throw new IllegalStateException(
          "the slice up to offset " + bytes.nextOffset() + " is closed");
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
