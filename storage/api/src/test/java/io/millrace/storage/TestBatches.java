package io.millrace.storage;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Batches with valid headers and checksums around random bytes: all that storage looks at. Written
 * field by field, so that the tests do not lean on the builder.
 */
public final class TestBatches {

  private TestBatches() {}

  /** A batch of {@code bytes} bytes, at least a header's, for this end of this log. */
  public static ByteBuffer next(
      PartitionLog log, int records, int bytes, long eventTimeMicros, long appendTimeMicros) {
    LogOffsets offsets = log.offsets();
    return batch(
        offsets.end(),
        records,
        bytes,
        eventTimeMicros,
        appendTimeMicros,
        offsets.durable(),
        log.epoch());
  }

  /** As {@link #next}, ending in a zero byte, as batches do whose last record has no headers. */
  public static ByteBuffer nextEndingInZero(PartitionLog log, int bytes) {
    LogOffsets offsets = log.offsets();
    ByteBuffer batch = next(log, 1, bytes, offsets.end(), offsets.end());
    batch.put(bytes - 1, (byte) 0);
    batch.putInt(12, BatchHeader.computePayloadCrc(batch, 0, bytes));
    BatchHeader.stamp(batch, 0, offsets.end(), offsets.end(), offsets.durable(), log.epoch());
    return batch;
  }

  public static ByteBuffer batch(
      long baseOffset,
      int records,
      int bytes,
      long eventTimeMicros,
      long appendTimeMicros,
      long durableOffset,
      int epoch) {
    byte[] content = new byte[bytes];
    new Random(baseOffset * 31 + bytes).nextBytes(content);
    ByteBuffer batch = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    batch.putInt(0, bytes);
    batch.putShort(4, BatchHeader.MAGIC);
    batch.put(6, BatchHeader.VERSION);
    batch.put(7, (byte) 0);
    batch.put(48, (byte) 0);
    batch.put(49, (byte) 0);
    batch.putShort(50, (short) -1);
    batch.putInt(52, records);
    batch.putLong(56, BatchHeader.NO_PRODUCER);
    batch.putLong(64, BatchHeader.NO_SEQUENCE);
    batch.putLong(72, eventTimeMicros);
    batch.putLong(80, eventTimeMicros);
    batch.putLong(88, 0);
    batch.putInt(96, bytes - BatchHeader.BYTES);
    batch.putInt(100, records - 1);
    batch.putInt(12, BatchHeader.computePayloadCrc(batch, 0, bytes));
    BatchHeader.stamp(batch, 0, baseOffset, appendTimeMicros, durableOffset, epoch);
    return batch;
  }
}
