package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads the sources of the events in a produced batch. The records say them, not the filter in the
 * header. Reusable for other batches; used by one thread at a time.
 */
public final class BatchSources {

  private final UncompressedRecords records;
  private final RecordCursor cursor = new RecordCursor();

  /**
   * @param maxRecordsBytes limit of the records of a batch, in bytes before compression
   */
  public BatchSources(int maxRecordsBytes) {
    this.records = new UncompressedRecords(maxRecordsBytes);
  }

  /**
   * Gives each source of the batch that fills the buffer from its position to its limit. Does not
   * change the buffer.
   *
   * @param receiver called once for each source, after the payload CRC was compared and all records
   *     were read; it may throw
   * @throws InvalidBatchException if the batch violates the format; then nothing was received
   */
  public void forEach(ByteBuffer batch, Consumer<String> receiver) {
    ByteBuffer whole = batch.slice().order(ByteOrder.LITTLE_ENDIAN);
    int size = whole.limit();
    if (size <= BatchHeader.BYTES || BatchHeader.length(whole, 0) != size) {
      throw InvalidBatchException.malformed("the batch is not as long as its header says");
    }
    BatchRules.refuseIfMalformed(BatchRules.identityViolation(whole, 0));
    BatchRules.refuseIfCorrupt(BatchRules.payloadCrcViolation(whole, 0));
    BatchRules.refuseIfMalformed(BatchRules.recordFormatViolation(whole, 0));
    try {
      records.open(whole, 0);
      cursor.open(
          records.buffer,
          records.start,
          records.end,
          BatchHeader.recordCount(whole, 0),
          BatchHeader.lastOffsetDelta(whole, 0));
      while (cursor.next()) {
        // The cursor collects the sources, and checks the records.
      }
      for (int i = 0; i < cursor.sources.count(); i++) {
        receiver.accept(source(i));
      }
    } finally {
      records.close();
    }
  }

  private String source(int index) {
    byte[] name = new byte[cursor.sources.length(index)];
    records.buffer.get(cursor.sources.at(index), name);
    return new String(name, StandardCharsets.UTF_8);
  }
}
