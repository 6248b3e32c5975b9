package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The check of a batch from a producer. A reader can read every batch that passes. Thread-safe; a
 * broker has one instance.
 *
 * <p>The check ignores the header CRC and the fields of the broker, because {@link
 * BatchHeader#stamp} writes them afterwards.
 */
public final class BatchCheck {

  /** Limit of idle record checks that are kept with their buffers. */
  private static final int MAX_IDLE = 8;

  private final BatchLimits limits;
  private final ArrayBlockingQueue<RecordsCheck> idle = new ArrayBlockingQueue<>(MAX_IDLE);

  public BatchCheck(BatchLimits limits) {
    this.limits = limits;
  }

  /**
   * Checks the batch that fills the buffer from its position to its limit: the fields of the
   * header, the payload CRC, and every record. Does not change the position, the limit or the byte
   * order of the buffer.
   *
   * @throws InvalidBatchException if the batch violates a rule; its code says whether the batch is
   *     corrupt, malformed, above a limit, or has a source that is not allowed
   */
  public void check(ByteBuffer batch) {
    ByteBuffer bytes = batch.slice().order(ByteOrder.LITTLE_ENDIAN);
    checkHeader(bytes);
    RecordsCheck records = idle.poll();
    if (records == null) {
      records = new RecordsCheck(limits);
    }
    try {
      records.check(bytes);
    } finally {
      // If the queue is full, the garbage collector frees this one.
      idle.offer(records);
    }
  }

  private void checkHeader(ByteBuffer batch) {
    int bytes = batch.limit();
    if (bytes == BatchHeader.BYTES) {
      BatchRules.refuseIfMalformed(BatchRules.producedFlagsViolation(batch, 0));
    }
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
              + " (limits.maxBatchBytes); send smaller batches or raise the limit");
    }
    BatchRules.refuseIfMalformed(BatchRules.identityViolation(batch, 0));
    if (BatchHeader.length(batch, 0) != bytes) {
      throw InvalidBatchException.malformed(
          "the batch's length is " + BatchHeader.length(batch, 0) + "; it has " + bytes + " bytes");
    }
    BatchRules.refuseIfCorrupt(BatchRules.payloadCrcViolation(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.recordFormatViolation(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.producedFlagsViolation(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.countViolation(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.producedCountViolation(batch, 0));
    BatchRules.refuseIfMalformed(BatchRules.producerViolation(batch, 0));
  }
}
