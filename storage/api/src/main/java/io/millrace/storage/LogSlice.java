package io.millrace.storage;

import java.nio.ByteBuffer;

/**
 * A lease on whole batches, contiguous in memory. The bytes stay where they are, and stay readable,
 * until {@link #close()}; using them after that may end the JVM. May be closed on any thread, once.
 */
public interface LogSlice extends AutoCloseable {

  /** The batches, from position to limit; read-only, little-endian. Valid until closed. */
  ByteBuffer buffer();

  /** One past the last offset in this slice. */
  long nextOffset();

  /**
   * Whether the bytes may have to come from disk: then {@link #load()} before anybody looks at
   * them. A slice that is not cold has been walked from batch to batch; one that is has not.
   */
  boolean cold();

  /**
   * Brings the bytes into memory and makes sure that they are batches, one after the other; it may
   * bring in what comes next as well, so that the next slices are not cold. Blocks; never called on
   * an event loop, nor while the reader that gave the slice is used.
   *
   * @throws StorageException {@code CORRUPT_LOG} if they are damaged or cannot be read
   */
  void load();

  @Override
  void close();
}
