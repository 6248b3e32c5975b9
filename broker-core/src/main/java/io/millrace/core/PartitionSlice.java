package io.millrace.core;

import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A lease on whole batches of a partition, in offset order. Immutable; closed on any thread, once.
 */
public final class PartitionSlice implements AutoCloseable {

  private static final ByteBuffer NOTHING =
      ByteBuffer.allocate(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

  /** Null if no batch is visible. */
  private final LogSlice slice;

  private final long nextOffset;
  private final long visibleEnd;

  private PartitionSlice(LogSlice slice, long nextOffset, long visibleEnd) {
    this.slice = slice;
    this.nextOffset = nextOffset;
    this.visibleEnd = visibleEnd;
  }

  /**
   * The future lease on a slice that is being read. If the caller has completed or cancelled the
   * future before, the slice is closed.
   *
   * @param reading completes with a slice, or with null
   * @param offset the requested offset
   * @param explain converts a failure to the exception for the caller
   */
  static CompletableFuture<PartitionSlice> of(
      CompletionStage<LogSlice> reading,
      long offset,
      long visibleEnd,
      Function<Throwable, BrokerException> explain) {
    CompletableFuture<PartitionSlice> result = new CompletableFuture<>();
    reading.whenComplete(
        (slice, failure) -> {
          if (failure != null) {
            result.completeExceptionally(explain.apply(StageFailure.cause(failure)));
            return;
          }
          long next = slice == null ? offset : slice.nextOffset();
          PartitionSlice lease = new PartitionSlice(slice, next, visibleEnd);
          if (!result.complete(lease)) {
            lease.close();
          }
        });
    return result;
  }

  /**
   * The batches, from position to limit; read-only, little-endian; empty if none is visible. They
   * are valid until the slice is closed. An access after that may crash the JVM.
   */
  public ByteBuffer batches() {
    return slice == null ? NOTHING : slice.buffer();
  }

  /** Offset at which to read on: one past the last offset of the batches. */
  public long nextOffset() {
    return nextOffset;
  }

  /** One past the last offset that was visible when the read began. */
  public long visibleEnd() {
    return visibleEnd;
  }

  @Override
  public void close() {
    if (slice != null) {
      slice.close();
    }
  }
}
