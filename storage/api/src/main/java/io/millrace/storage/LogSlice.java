package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A lease on whole batches that are contiguous in memory. The bytes do not move until {@link
 * #close()}. A read of the bytes after that may crash the JVM. The slice is closed once, on any
 * thread, and not while it is loaded.
 *
 * <p>A slice is cold if its bytes may have to be read from a device or from another machine. Its
 * bytes and its end are valid after {@link #load} has completed. Until then, the caller does not
 * use the reader that returned the slice. In a slice that is not cold, the engine has checked that
 * each batch follows the one before.
 */
public interface LogSlice extends AutoCloseable {

  /**
   * The batches, from position to limit; read-only, little-endian. Valid until the slice is closed.
   * Empty only if the slice was cold and there is no whole batch below the limit of the read.
   */
  ByteBuffer buffer();

  /** One past the last offset in this slice. */
  long nextOffset();

  /** Whether {@link #load} must complete before the slice is used. */
  boolean cold();

  /**
   * Loads the bytes into memory and checks that each batch follows the previous one. It may load
   * the bytes after them as well, so that the next slices are not cold. Called at most once for a
   * slice.
   *
   * @param blocking runs work that waits for a device. An engine that waits on its own threads does
   *     not use it
   * @return completes on a thread of the executor or of the engine. Fails with {@link
   *     StorageException}: {@code CORRUPT_LOG} if the bytes are damaged or cannot be read, {@code
   *     OFFSET_OUT_OF_RANGE} if retention has dropped them. After a failure, the caller closes the
   *     slice and does not use the reader again
   */
  CompletionStage<Void> load(Executor blocking);

  @Override
  void close();
}
