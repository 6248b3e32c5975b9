package io.millrace.storage;

/** A cursor over a log, from batch to batch. One thread at a time. It waits for no device. */
public interface LogReader extends AutoCloseable {

  /**
   * Offset with which the next slice begins: after a read, the {@code nextOffset} of that slice,
   * once it is loaded if it is cold. Before the first read, the offset that the reader was opened
   * with; the first slice begins with the batch that contains it.
   */
  long position();

  /**
   * The next whole batches that lie wholly below {@code limit}: at least one, even when it is
   * larger than {@code maxBytes}, and never more than {@code maxBytes} otherwise; null when there
   * is none yet. Where the engine would have to wait in order to know, it answers a cold slice,
   * which is empty once it is loaded if there is none.
   *
   * @return a lease that the caller closes
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} if retention has dropped the position,
   *     {@code CORRUPT_LOG} if the bytes here are damaged: the message names the offsets and the
   *     offset at which to read on
   */
  LogSlice read(int maxBytes, long limit);

  @Override
  void close();
}
