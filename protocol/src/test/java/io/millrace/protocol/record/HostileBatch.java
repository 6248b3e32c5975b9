package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes of any origin, given to the check and to the reader: once as they are, and once with an
 * envelope that fits them (length, magic, version, checksums), so that what is inside is reached.
 * Every exception but an {@link InvalidBatchException} escapes.
 */
final class HostileBatch {

  private static final int MAX_RECORDS_BYTES = 1 << 20;

  private final BatchCheck check =
      new BatchCheck(new BatchLimits(MAX_RECORDS_BYTES, MAX_RECORDS_BYTES, MAX_RECORDS_BYTES));
  private final BatchReader reader = new BatchReader(MAX_RECORDS_BYTES);

  /** Whether the bytes, in their envelope, are a batch that the broker would store. */
  boolean isAccepted(byte[] bytes) {
    boolean asItIs = checkAndRead(ByteBuffer.wrap(bytes));
    if (bytes.length <= BatchHeader.BYTES) {
      return asItIs;
    }
    ByteBuffer batch = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    batch.putInt(BatchHeader.LENGTH, bytes.length);
    batch.putShort(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.put(BatchHeader.VERSION_AT, BatchHeader.VERSION);
    batch.put(BatchHeader.RECORD_FORMAT_AT, (byte) 0);
    batch.put(BatchHeader.FLAGS, (byte) 0);
    return checkAndRead(HandmadeBatch.seal(batch));
  }

  private boolean checkAndRead(ByteBuffer batch) {
    boolean accepted = check(batch);
    boolean read = read(batch);
    if (accepted && BatchRules.headerCrcViolation(batch, 0) == null) {
      assertThat(read).as("a batch that was accepted can be read").isTrue();
    }
    return accepted;
  }

  private boolean check(ByteBuffer batch) {
    try {
      check.check(batch);
      return true;
    } catch (InvalidBatchException refused) {
      requireCause(refused);
      return false;
    }
  }

  private boolean read(ByteBuffer batch) {
    try {
      reader.open(batch, 0);
      int records = 0;
      while (reader.next()) {
        TestEvent.from(reader);
        records++;
      }
      assertThat(records).isEqualTo(reader.recordCount());
      return true;
    } catch (InvalidBatchException refused) {
      requireCause(refused);
      return false;
    }
  }

  private static void requireCause(InvalidBatchException refused) {
    if (refused.getMessage().isBlank()) {
      throw new AssertionError("a refusal without a cause: " + refused.code(), refused);
    }
  }
}
