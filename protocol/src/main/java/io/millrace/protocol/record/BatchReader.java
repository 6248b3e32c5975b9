package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;

/** Reads the records of one batch after the other; a cursor, reusable over batches. */
public final class BatchReader {

  public BatchReader(int maxRecordsBytes) {
    throw new UnsupportedOperationException();
  }

  /** Begins with the batch at the buffer's absolute position {@code at}. */
  public void open(ByteBuffer buffer, int at) {
    throw new UnsupportedOperationException();
  }

  /** Moves to the next record; false after the last. */
  public boolean next() {
    throw new UnsupportedOperationException();
  }

  public long offset() {
    throw new UnsupportedOperationException();
  }

  public long sequence() {
    throw new UnsupportedOperationException();
  }

  public long eventTimeMicros() {
    throw new UnsupportedOperationException();
  }

  public String source() {
    throw new UnsupportedOperationException();
  }

  /** A fresh copy, or null. */
  public byte[] key() {
    throw new UnsupportedOperationException();
  }

  /** A fresh copy, or null. */
  public byte[] value() {
    throw new UnsupportedOperationException();
  }

  public List<Header> headers() {
    throw new UnsupportedOperationException();
  }
}
