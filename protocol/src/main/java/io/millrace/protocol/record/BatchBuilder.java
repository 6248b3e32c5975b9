package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;

/** Builds one record batch after the other in a buffer of its own. */
public final class BatchBuilder {

  public BatchBuilder(int capacityBytes, Codec codec) {
    throw new UnsupportedOperationException();
  }

  /** Adds a record if it fits; false, and nothing changed, when it does not. */
  public boolean add(
      byte[] source, long eventTimeMicros, byte[] key, byte[] value, List<Header> headers) {
    throw new UnsupportedOperationException();
  }

  public int recordCount() {
    throw new UnsupportedOperationException();
  }

  public boolean isEmpty() {
    throw new UnsupportedOperationException();
  }

  /** Bytes that the batch has now, before compression. */
  public int sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /** Finishes the batch. The buffer stays the builder's and is valid until {@link #reset()}. */
  public ByteBuffer finish(long producerId, short producerEpoch, long baseSequence) {
    throw new UnsupportedOperationException();
  }

  /** Forgets the batch so that the next can begin. */
  public void reset() {
    throw new UnsupportedOperationException();
  }

  /** An upper bound of the bytes that this event adds to a batch, its source included. */
  public static int maxRecordBytes(byte[] source, byte[] key, byte[] value, List<Header> headers) {
    throw new UnsupportedOperationException();
  }
}
