package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ObjLongConsumer;

/**
 * Divides the bytes of a produced batch among the sources of its events, in proportion to the bytes
 * of their records. Reusable for other batches; used by one thread at a time.
 */
public final class SourceBytes {

  private final UncompressedRecords records;
  private final RecordCursor cursor = new RecordCursor();
  private long[] bytes = new long[8];

  /**
   * @param maxRecordsBytes limit of the records of a batch, in bytes before compression
   */
  public SourceBytes(int maxRecordsBytes) {
    this.records = new UncompressedRecords(maxRecordsBytes);
  }

  /**
   * Gives each source and its part of the bytes of the batch that fills the buffer from its
   * position to its limit. The sum is at most the size of the batch. Does not change the buffer,
   * and compares no checksum.
   *
   * @param receiver called once for each source, after all records were read
   * @throws InvalidBatchException if the batch violates the format; then nothing was received
   */
  public void divide(ByteBuffer batch, ObjLongConsumer<String> receiver) {
    ByteBuffer whole = batch.slice().order(ByteOrder.LITTLE_ENDIAN);
    int size = whole.limit();
    if (size <= BatchHeader.BYTES || BatchHeader.length(whole, 0) != size) {
      throw InvalidBatchException.malformed("the batch is not as long as its header says");
    }
    try {
      count(whole);
      long sum = Math.max(1, records.end - records.start);
      for (int i = 0; i < cursor.sources.count(); i++) {
        receiver.accept(source(i), bytes[i] * size / sum);
      }
    } finally {
      records.close();
    }
  }

  private void count(ByteBuffer batch) {
    records.open(batch, 0);
    Arrays.fill(bytes, 0);
    cursor.open(
        records.buffer,
        records.start,
        records.end,
        BatchHeader.recordCount(batch, 0),
        BatchHeader.lastOffsetDelta(batch, 0));
    while (cursor.next()) {
      if (cursor.sourceIndex >= bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * Math.max(bytes.length, cursor.sourceIndex));
      }
      bytes[cursor.sourceIndex] += cursor.recordBytes;
    }
  }

  private String source(int index) {
    byte[] name = new byte[cursor.sources.length(index)];
    records.buffer.get(cursor.sources.at(index), name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
