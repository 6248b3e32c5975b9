package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The check of a batch that a producer sent: nothing that passes it can make a reader fail.
 * Immutable and thread-safe; one instance serves a whole broker.
 *
 * <p>The header CRC and the broker's fields are not looked at, for {@link BatchHeader#stamp} is to
 * write them next.
 */
public final class BatchCheck {

  /** Inspections kept with their scratch buffers; beyond these they are made anew. */
  private static final int KEPT_INSPECTIONS = 8;

  private final BatchLimits limits;
  private final ArrayBlockingQueue<Inspection> idle = new ArrayBlockingQueue<>(KEPT_INSPECTIONS);

  public BatchCheck(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks the batch that fills the buffer from its position to its limit: the header's shape, the
   * payload CRC, and every record. The buffer's position, limit and byte order do not change.
   *
   * @throws InvalidBatchException if the batch breaks a rule; its code tells a damaged batch from a
   *     malformed one, one over a limit, and one with a source that is not allowed
   */
  public void check(ByteBuffer batch) {
    ByteBuffer bytes = batch.slice().order(ByteOrder.LITTLE_ENDIAN);
    checkHeader(bytes);
    Inspection inspection = idle.poll();
    if (inspection == null) {
      inspection = new Inspection(limits);
    }
    try {
      inspection.inspect(bytes);
    } finally {
      // A full queue drops it: the garbage collector takes what is more than enough.
      idle.offer(inspection);
    }
  }

  private void checkHeader(ByteBuffer batch) {
    int bytes = batch.limit();
    if (bytes <= BatchHeader.BYTES) {
      throw InvalidBatchException.malformed(
          "the batch has " + bytes + " bytes; expected more than " + BatchHeader.BYTES);
    }
    if (bytes > limits.maxBatchBytes()) {
      throw InvalidBatchException.batchTooLarge(
          "the batch has "
              + bytes
              + " bytes; limit "
              + limits.maxBatchBytes()
              + " (limits.maxBatchBytes); make smaller batches or raise the limit");
    }
    BatchRules.refuseIfMalformed(BatchRules.identityBreach(batch, 0));
    if (BatchHeader.length(batch, 0) != bytes) {
      throw InvalidBatchException.malformed(
          "the batch's length is " + BatchHeader.length(batch, 0) + "; it has " + bytes + " bytes");
    }
    BatchRules.refuseIfCorrupt(BatchRules.payloadCrcBreach(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.reservedBreach(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.flagsBreach(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.countBreach(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.producedCountBreach(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.producerBreach(batch, 0));
  }
}
