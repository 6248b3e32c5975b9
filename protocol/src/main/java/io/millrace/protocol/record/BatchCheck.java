package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/** The structural check of a batch: nothing that passes it can make a reader fail. */
public final class BatchCheck {

  public BatchCheck(BatchLimits limits) {
    throw new UnsupportedOperationException();
  }

  /**
   * Checks the batch that fills the buffer from its position to its limit: length, magic, version,
   * payload CRC, and every record.
   *
   * @throws InvalidBatchException if the batch breaks a rule
   */
  public void check(ByteBuffer batch) {
    throw new UnsupportedOperationException();
  }
}
