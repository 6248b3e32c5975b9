package io.millrace.storage;

/** A cursor over a log, from batch to batch. One thread at a time. */
public interface LogReader extends AutoCloseable {

  /**
   * Offset with which the next slice begins: after a read, that slice's {@code nextOffset}; before
   * the first, the base offset of the batch that contains the offset asked for.
   */
  long position();

  /**
   * The next whole batches that lie wholly below {@code limit}: at least one, even when it is
   * larger than {@code maxBytes}, and never more than {@code maxBytes} otherwise; null when there
   * is none yet.
   *
   * @return a lease that the caller closes
   * @throws StorageException {@code OFFSET_OUT_OF_RANGE} when retention has overtaken the reader,
   *     {@code CORRUPT_LOG} when the bytes here are damaged: the message names the offsets and
   *     where to go on
   */
  LogSlice read(int maxBytes, long limit);

  @Override
  void close();
}
