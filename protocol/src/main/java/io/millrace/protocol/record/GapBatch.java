package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A batch of a header only that stands for a range of offsets whose events were removed. With it
 * every offset of a log belongs to a batch, so that a missing batch is always damage. Only a broker
 * writes it; a producer is refused. Readers skip it.
 *
 * <p>Its flags are {@code GAP}, its length is that of a header, its record count and its records
 * bytes are 0. It has no producer and no source. Its min event time is the largest, and its max
 * event time the smallest: no search by time finds it.
 */
public final class GapBatch {

  private GapBatch() {}

  /**
   * A new gap, without the fields of the broker; {@link BatchHeader#stamp} writes them.
   *
   * @param offsets number of removed offsets, at least 1
   * @return the batch from position to limit, little-endian; it belongs to the caller
   */
  public static ByteBuffer of(int offsets) {
    if (offsets < 1) {
      throw new IllegalArgumentException("a gap of " + offsets + " offsets; expected at least 1");
    }
    ByteBuffer gap = ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    gap.putInt(BatchHeader.LENGTH, BatchHeader.BYTES);
    gap.putShort(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    gap.put(BatchHeader.VERSION_AT, BatchHeader.VERSION);
    gap.put(BatchHeader.RECORD_FORMAT_AT, (byte) BatchHeader.RECORD_FORMAT);
    gap.put(BatchHeader.CODEC, (byte) BatchCodec.NONE.code());
    gap.put(BatchHeader.FLAGS, (byte) BatchFlag.GAP.bit());
    gap.putShort(BatchHeader.PRODUCER_EPOCH, (short) -1);
    gap.putLong(BatchHeader.PRODUCER_ID, BatchHeader.NO_PRODUCER);
    gap.putLong(BatchHeader.BASE_SEQUENCE, BatchHeader.NO_SEQUENCE);
    gap.putLong(BatchHeader.MIN_EVENT_TIME, Long.MAX_VALUE);
    gap.putLong(BatchHeader.MAX_EVENT_TIME, Long.MIN_VALUE);
    gap.putInt(BatchHeader.LAST_OFFSET_DELTA, offsets - 1);
    int crc = BatchHeader.computePayloadCrc(gap, 0, BatchHeader.BYTES);
    gap.putInt(BatchHeader.PAYLOAD_CRC, crc);
    BatchHeader.stamp(gap, 0, 0, 0, 0, 0);
    return gap;
  }
}
