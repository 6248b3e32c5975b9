package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A lease on whole batches, contiguous in memory. The bytes stay where they are, and stay readable,
 * until {@link #close()}; using them after that may end the JVM. Closed on any thread, once, and
 * not while it is being loaded.
 *
 * <p>A slice that is not cold has been walked from batch to batch. A cold slice may have to come
 * from a device or from another machine: its bytes and its end are valid after {@link #load} has
 * completed. The reader that gave it is not used in between.
 */
public interface LogSlice extends AutoCloseable {

  /**
   * The batches, from position to limit; read-only, little-endian. Valid until closed. Empty only
   * if the slice was cold and no whole batch lies below the limit of the read.
   */
  ByteBuffer buffer();

  /** One past the last offset in this slice. */
  long nextOffset();

  /** Whether {@link #load} must complete before the slice is used. */
  boolean cold();

  /**
   * Brings the bytes into memory and checks that they are batches, one after the other. It may
   * bring in the bytes after them as well, so that the next slices are not cold. Once for a slice.
   *
   * @param blocking runs work that waits for a device; an engine that waits elsewhere does not use
   *     it
   * @return completes on a thread of the executor or of the engine; fails with {@link
   *     StorageException}: {@code CORRUPT_LOG} if the bytes are damaged or cannot be read, {@code
   *     OFFSET_OUT_OF_RANGE} if retention has dropped them. The slice is still to be closed then,
   *     and the reader cannot be used any more.
   */
  CompletionStage<Void> load(Executor blocking);

  @Override
  void close();
}
