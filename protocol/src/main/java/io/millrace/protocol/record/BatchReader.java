package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the records of one batch after the other; a cursor, reusable over batches. Belongs to one
 * thread at a time.
 *
 * <p>The bytes need not be trusted: whatever they are, a breach of the format is an {@link
 * InvalidBatchException} and nothing else, memory stays in proportion to the bytes given and {@code
 * maxRecordsBytes}, and every loop ends. An uncompressed batch is read where it lies, so its buffer
 * must stay as it is until the next {@link #open}. What is handed out (source, key, value, headers)
 * is the caller's to keep.
 *
 * <p>The accessors of a record are valid after {@link #next} has returned true.
 */
public final class BatchReader {

  private static final String[] NO_SOURCES = {};

  private final PlainRecords records;
  private final RecordCursor cursor = new RecordCursor();
  private String[] sources = NO_SOURCES;
  private long baseOffset;
  private long baseSequence;
  private long appendTime;
  private int recordCount;

  /**
   * A reader that has no batch yet.
   *
   * @param maxRecordsBytes bytes of records before compression that a batch may have; a larger one
   *     is refused before memory is taken for it
   */
  public BatchReader(int maxRecordsBytes) {
    this.records = new PlainRecords(maxRecordsBytes);
  }

  /**
   * Begins with the batch at the buffer's absolute position {@code at}, which must end at or before
   * the buffer's limit. The buffer's own position and byte order do not matter and stay.
   *
   * @throws InvalidBatchException if the batch is not whole, a checksum does not match, or the
   *     records are too large or do not decompress
   */
  public void open(ByteBuffer buffer, int at) {
    ByteBuffer batch = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    recordCount = 0;
    cursor.open(batch, 0, 0, 0, 0);
    requireIntact(batch, at);
    records.open(batch, at);
    recordCount = BatchHeader.recordCount(batch, at);
    baseOffset = BatchHeader.baseOffset(batch, at);
    baseSequence = BatchHeader.baseSequence(batch, at);
    appendTime = BatchHeader.appendTime(batch, at);
    Arrays.fill(sources, null);
    cursor.open(
        records.buffer,
        records.start,
        records.end,
        recordCount,
        BatchHeader.lastOffsetDelta(batch, at));
  }

  /**
   * Moves to the next record; false after the last.
   *
   * @throws InvalidBatchException if the next record breaks the format; calling again fails again
   */
  public boolean next() {
    return cursor.next();
  }

  /** Records in the batch, as its header says. */
  public int recordCount() {
    return recordCount;
  }

  /** When the broker appended the batch; 0 in a batch that no broker has stored. */
  public long appendTimeMicros() {
    return appendTime;
  }

  public long offset() {
    return baseOffset + cursor.offsetDelta;
  }

  /** The record's sequence, or {@link BatchHeader#NO_SEQUENCE} in a batch without a producer. */
  public long sequence() {
    return baseSequence == BatchHeader.NO_SEQUENCE
        ? BatchHeader.NO_SEQUENCE
        : baseSequence + cursor.offsetDelta;
  }

  public long eventTimeMicros() {
    return cursor.eventTime;
  }

  /** The source; one string for all records of the batch that share it. */
  public String source() {
    int index = cursor.sourceIndex;
    if (index >= sources.length) {
      sources = Arrays.copyOf(sources, Math.max(cursor.sources.count(), 2 * sources.length));
    }
    String source = sources[index];
    if (source == null) {
      source = Utf8.get(records.buffer, cursor.sources.at(index), cursor.sources.length(index));
      sources[index] = source;
    }
    return source;
  }

  /**
   * The number of the record's source in this batch, from 0 in the order of first use: what was
   * found out about a source can be kept under it.
   */
  public int sourceIndex() {
    return cursor.sourceIndex;
  }

  /** Bytes of the key; -1 without one. */
  public int keyLength() {
    return cursor.keyLength;
  }

  /** Bytes of the value; -1 if it is null. */
  public int valueLength() {
    return cursor.valueLength;
  }

  /** A fresh copy, or null. */
  public byte[] key() {
    return cursor.bytes(cursor.keyAt, cursor.keyLength);
  }

  /** A fresh copy, or null. */
  public byte[] value() {
    return cursor.bytes(cursor.valueAt, cursor.valueLength);
  }

  /**
   * Copies the value, which is not null, to a place in an array with {@link #valueLength} bytes of
   * room.
   */
  public void copyValue(byte[] to, int at) {
    records.buffer.get(cursor.valueAt, to, at, cursor.valueLength);
  }

  /** Fresh and unmodifiable; empty if the record has none. */
  public List<Header> headers() {
    return cursor.headers();
  }

  private static void requireIntact(ByteBuffer batch, int at) {
    int available = batch.limit() - at;
    if (at < 0 || available < BatchHeader.BYTES) {
      throw InvalidBatchException.malformed(
          "a batch header has " + BatchHeader.BYTES + " bytes; available " + available);
    }
    BatchRules.refuseIfMalformed(BatchRules.identityBreach(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.lengthBreach(batch, at));
    int length = BatchHeader.length(batch, at);
    if (length > available) {
      throw InvalidBatchException.malformed(
          "the batch's length is " + length + "; available " + available);
    }
    BatchRules.refuseIfCorrupt(BatchRules.headerCrcBreach(batch, at));
    BatchRules.refuseIfCorrupt(BatchRules.payloadCrcBreach(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.flagsBreach(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.countBreach(batch, at));
  }
}
