package io.millrace.protocol.record;

import io.millrace.protocol.SourceSequence;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A cursor over the records of a batch, reusable for other batches. Used by one thread at a time.
 *
 * <p>The bytes may come from an untrusted source. A violation of the format always leads to an
 * {@link InvalidBatchException}. The reader allocates at most {@code maxRecordsBytes} plus memory
 * in proportion to the batch, and every loop ends. The records of an uncompressed batch are read in
 * place, so the caller must not change the buffer until the next {@link #open}. The caller owns the
 * returned objects: source, key, value, headers.
 *
 * <p>The accessors of a record are valid after {@link #next} has returned true.
 */
public final class BatchReader {

  private static final String[] NO_SOURCES = {};
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
  private static final byte[] SOURCE_SEQUENCE =
      SourceSequence.HEADER.getBytes(StandardCharsets.US_ASCII);

  private final UncompressedRecords records;
  private final RecordCursor cursor = new RecordCursor();
  private ByteBuffer batch = NO_BYTES;
  private int batchAt;
  private String[] sources = NO_SOURCES;
  private long baseOffset;
  private long baseSequence;
  private long appendTime;
  private int recordCount;

  /**
   * A reader without a batch.
   *
   * @param maxRecordsBytes limit of the records of a batch, in bytes before compression; a larger
   *     batch is refused before memory is allocated for it
   */
  public BatchReader(int maxRecordsBytes) {
    this.records = new UncompressedRecords(maxRecordsBytes);
  }

  /**
   * Opens the batch at the absolute position {@code at} of a buffer. The batch must end at or
   * before the limit of the buffer. A {@link GapBatch} has no record. Ignores the position and the
   * byte order of the buffer, and does not change them.
   *
   * @throws InvalidBatchException if the batch is truncated, a checksum does not match, its record
   *     format is unknown, a reserved flag is set, or the records are too large or do not
   *     decompress
   */
  public void open(ByteBuffer buffer, int at) {
    batch = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    batchAt = at;
    recordCount = 0;
    cursor.open(batch, 0, 0, 0, 0);
    requireIntact(batch, at);
    if (BatchHeader.isGap(batch, at)) {
      appendTime = BatchHeader.appendTime(batch, at);
      return;
    }
    records.open(batch, at);
    recordCount = BatchHeader.recordCount(batch, at);
    baseOffset = BatchHeader.baseOffset(batch, at);
    baseSequence = BatchHeader.baseSequence(batch, at);
    appendTime = BatchHeader.appendTime(batch, at);
    Arrays.fill(sources, null);
    rewind();
  }

  /** Moves back to before the first record of the batch, which was opened without an exception. */
  public void rewind() {
    int lastOffsetDelta = BatchHeader.lastOffsetDelta(batch, batchAt);
    if (BatchHeader.isFiltered(batch, batchAt)) {
      cursor.openFiltered(records.buffer, records.start, records.end, recordCount, lastOffsetDelta);
    } else {
      cursor.open(records.buffer, records.start, records.end, recordCount, lastOffsetDelta);
    }
  }

  /** Forgets the batch, whose buffer can be freed. The reader keeps its memory. */
  public void close() {
    batch = NO_BYTES;
    recordCount = 0;
    cursor.open(NO_BYTES, 0, 0, 0, 0);
    records.close();
  }

  /**
   * Moves to the next record.
   *
   * @return false after the last record
   * @throws InvalidBatchException if the next record violates the format; every further call throws
   *     the same exception
   */
  public boolean next() {
    return cursor.next();
  }

  /** Number of records in the batch, from its header. */
  public int recordCount() {
    return recordCount;
  }

  /** Append time of the batch; 0 in a batch that no broker has stored. */
  public long appendTimeMicros() {
    return appendTime;
  }

  public long offset() {
    return baseOffset + cursor.offsetDelta;
  }

  /** Sequence of the record; {@link BatchHeader#NO_SEQUENCE} in a batch that is not idempotent. */
  public long sequence() {
    return baseSequence == BatchHeader.NO_SEQUENCE
        ? BatchHeader.NO_SEQUENCE
        : baseSequence + cursor.offsetDelta;
  }

  /**
   * The number of the event among the events of its source; {@link SourceSequence#NONE} if it has
   * none. The first header with the name counts. Allocates nothing for a record without it.
   */
  public long sourceSequence() {
    return cursor.headerCount != 0 && cursor.findHeader(SOURCE_SEQUENCE)
        ? SourceSequence.decode(cursor.bytes(cursor.foundAt, cursor.foundLength))
        : SourceSequence.NONE;
  }

  /**
   * Bytes of the record in its batch, before compression, and of its source. The records of a batch
   * have together at least {@link BatchHeader#recordsBytes} of them.
   */
  public int eventBytes() {
    return Varint.sizeOf(cursor.recordBytes) + cursor.recordBytes + sourceLength();
  }

  public long eventTimeMicros() {
    return cursor.eventTime;
  }

  /** The source. All records of the batch with the same source share one string. */
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
   * Index of the source in this batch, from 0 in the order of first use. A caller can use it as the
   * key for results that depend on the source alone.
   */
  public int sourceIndex() {
    return cursor.sourceIndex;
  }

  /**
   * The bytes of the records. Not to be changed. The positions of source, key, value and header are
   * positions in this buffer; they and the buffer are valid until the next {@link #open} or {@link
   * #close}.
   */
  public ByteBuffer bytes() {
    return records.buffer;
  }

  /** Bytes of memory that the reader keeps for compressed batches. */
  public int memoryBytes() {
    return records.memoryBytes();
  }

  /** Bytes of the current record, without its length field. */
  public int recordBytes() {
    return cursor.recordBytes;
  }

  /** Position of the source. */
  public int sourceAt() {
    return cursor.sources.at(cursor.sourceIndex);
  }

  /** Bytes of the source. */
  public int sourceLength() {
    return cursor.sources.length(cursor.sourceIndex);
  }

  /** Position of the key, if the record has one. */
  public int keyAt() {
    return cursor.keyAt;
  }

  /** Position of the value, if it is not null. */
  public int valueAt() {
    return cursor.valueAt;
  }

  /**
   * Looks for the first header with a name.
   *
   * @param name UTF-8
   * @return whether the record has one; then {@link #headerValueAt} and {@link #headerValueLength}
   *     are its value
   */
  public boolean findHeader(byte[] name) {
    return cursor.findHeader(name);
  }

  /** Position of the value of the header that was found, if it is not null. */
  public int headerValueAt() {
    return cursor.foundAt;
  }

  /** Bytes of the value of the header that was found; -1 if it is null. */
  public int headerValueLength() {
    return cursor.foundLength;
  }

  /** The cursor, for the builder of filtered batches. */
  RecordCursor cursor() {
    return cursor;
  }

  /** The buffer with the batch, little-endian. */
  ByteBuffer batch() {
    return batch;
  }

  /** The position of the batch in its buffer. */
  int batchAt() {
    return batchAt;
  }

  /** Bytes of the key; -1 without a key. */
  public int keyLength() {
    return cursor.keyLength;
  }

  /** Bytes of the value; -1 if the value is null. */
  public int valueLength() {
    return cursor.valueLength;
  }

  /** A copy of the key, or null. */
  public byte[] key() {
    return cursor.bytes(cursor.keyAt, cursor.keyLength);
  }

  /** A copy of the value, or null. */
  public byte[] value() {
    return cursor.bytes(cursor.valueAt, cursor.valueLength);
  }

  /**
   * Copies the value into an array, from index {@code at}. The value must not be null, and the
   * array must have {@link #valueLength} bytes from that index.
   */
  public void copyValue(byte[] to, int at) {
    records.buffer.get(cursor.valueAt, to, at, cursor.valueLength);
  }

  /** A new unmodifiable list of the headers; empty if the record has none. */
  public List<RecordHeader> headers() {
    return cursor.headers();
  }

  private static void requireIntact(ByteBuffer batch, int at) {
    int available = batch.limit() - at;
    if (at < 0 || available < BatchHeader.BYTES) {
      throw InvalidBatchException.malformed(
          "a batch header has " + BatchHeader.BYTES + " bytes; available " + available);
    }
    BatchRules.refuseIfMalformed(BatchRules.identityViolation(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.lengthViolation(batch, at));
    int length = BatchHeader.length(batch, at);
    if (length > available) {
      throw InvalidBatchException.malformed(
          "the batch's length is " + length + "; available " + available);
    }
    BatchRules.refuseIfCorrupt(BatchRules.headerCrcViolation(batch, at));
    BatchRules.refuseIfCorrupt(BatchRules.payloadCrcViolation(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.recordFormatViolation(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.flagsViolation(batch, at));
    BatchRules.refuseIfMalformed(BatchRules.countViolation(batch, at));
  }
}
