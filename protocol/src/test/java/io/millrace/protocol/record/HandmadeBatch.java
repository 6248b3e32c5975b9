package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A batch put together by hand: right in everything that the test does not make wrong. */
final class HandmadeBatch {

  /** A record of the source "a" at event time 0, without key, value and headers. */
  static final String RECORD = "08 00 00 00 01 61 00 00 00";

  private HandmadeBatch() {}

  /** A batch of the given records, with the header of events of the source "a" at event time 0. */
  static ByteBuffer of(int recordCount, String recordsHex) {
    byte[] records = GoldenBatch.parse(recordsHex);
    return of(recordCount, BatchCodec.NONE, records, records.length);
  }

  static ByteBuffer of(int recordCount, BatchCodec codec, byte[] stored, int recordsBytes) {
    int length = BatchHeader.BYTES + stored.length;
    ByteBuffer batch = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    batch.putInt(BatchHeader.LENGTH, length);
    batch.putShort(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.put(BatchHeader.VERSION_AT, BatchHeader.VERSION);
    batch.put(BatchHeader.CODEC, (byte) codec.code());
    batch.putShort(BatchHeader.PRODUCER_EPOCH, (short) -1);
    batch.putInt(BatchHeader.RECORD_COUNT, recordCount);
    batch.putLong(BatchHeader.PRODUCER_ID, BatchHeader.NO_PRODUCER);
    batch.putLong(BatchHeader.BASE_SEQUENCE, BatchHeader.NO_SEQUENCE);
    batch.putLong(BatchHeader.SOURCE_FILTER, SourceFilter.bits(new byte[] {'a'}));
    batch.putInt(BatchHeader.RECORDS_BYTES, recordsBytes);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA, recordCount - 1);
    batch.put(BatchHeader.BYTES, stored);
    return seal(batch);
  }

  /** Makes both checksums right again after a test changed the bytes; the buffer is the batch. */
  static ByteBuffer seal(ByteBuffer batch) {
    int crc = BatchHeader.computePayloadCrc(batch, 0, batch.limit());
    batch.putInt(BatchHeader.PAYLOAD_CRC, crc);
    batch.putInt(BatchHeader.HEADER_CRC, BatchHeader.computeHeaderCrc(batch, 0));
    return batch;
  }
}
