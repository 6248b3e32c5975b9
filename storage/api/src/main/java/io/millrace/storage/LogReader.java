package io.millrace.storage;

/** A cursor that reads a log batch by batch. It never waits for a device. One thread at a time. */
public interface LogReader extends AutoCloseable {

  /**
   * The offset at which the next slice begins. After a read it is the {@code nextOffset} of that
   * slice. If the slice is cold, it changes only when the slice is loaded. Before the first read it
   * is the offset with which the reader was opened. The first slice begins with the batch that
   * contains it.
   */
  long position();

  /**
   * Reads the next batches. A slice has whole batches only. Together they have at most {@code
   * maxBytes}, unless the first one alone has more. All their offsets are below {@code limit}.
   *
   * <p>The result is null if there is no such batch yet. If the engine has to wait to know that, it
   * returns a cold slice, which is empty after it is loaded.
   *
   * @param maxBytes the maximum number of bytes of the slice, if it has more than one batch
   * @param limit one past the last offset that may be read
   * @return a lease that the caller closes
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if retention has dropped the position,
   *     {@code CORRUPT_LOG} if the bytes are damaged: the message names the damaged offsets and the
   *     offset at which to continue
   */
  LogSlice read(int maxBytes, long limit);

  @Override
  void close();
}
