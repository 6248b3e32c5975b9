package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A builder of <em>filtered</em> batches: batches with some of the records of a stored batch. Only
 * a broker makes them, for a subscription with a filter; they are never stored.
 *
 * <p>A filtered batch has the flag {@code FILTERED}. It stands for all offsets of the stored batch:
 * base offset, last offset delta and all other fields of the broker and the producer are those of
 * the stored batch, except what describes the records (codec, record count, event times, source
 * filter, records bytes), the length, both CRCs, and the proof, which is 0. So its records have
 * their offsets and sequences, with gaps between them.
 *
 * <p>The records are compressed with the codec of the stored batch if they have more than {@value
 * #COMPRESSED_FROM_BYTES} bytes. Owns direct buffers, which grow with the batches. Used by one
 * thread at a time.
 */
public final class FilteredBatchBuilder {

  /** With fewer bytes, compression costs more than it saves. */
  static final int COMPRESSED_FROM_BYTES = 4096;

  private static final int MIN_CAPACITY_BYTES = 16 * 1024;
  private static final int UNUSED = -1;
  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

  private final byte[] source = new byte[SourceFilter.MAX_SOURCE_BYTES];

  /** The index of each source of the stored batch in the filtered one. */
  private int[] sourceIndexes = {};

  private int sourceCount;
  private BatchReader from;
  private ByteBuffer uncompressed = NO_BYTES;
  private ByteBuffer compressed = NO_BYTES;
  private int position;
  private int recordCount;
  private long lastEventTime;
  private long minEventTime;
  private long maxEventTime;
  private long sourceFilter;

  /**
   * Begins a batch without records.
   *
   * @param stored has opened the stored batch, and stays open until {@link #finish}
   */
  public void begin(BatchReader stored) {
    from = stored;
    Arrays.fill(sourceIndexes, UNUSED);
    sourceCount = 0;
    position = BatchHeader.BYTES;
    recordCount = 0;
    lastEventTime = 0;
    minEventTime = Long.MAX_VALUE;
    maxEventTime = Long.MIN_VALUE;
    sourceFilter = 0;
  }

  /** Adds the current record of the stored batch. */
  public void add() {
    RecordCursor record = from.cursor();
    int index = sourceIndex(record);
    boolean newSource = index == sourceCount;
    int sourceBytes = record.sources.length(record.sourceIndex);
    long timeDelta = Varint.zigzag(record.eventTime - lastEventTime);
    int contentBytes = record.limit - record.contentAt;
    int bodyBytes =
        Varint.sizeOf(record.offsetDelta)
            + Varint.sizeOf(timeDelta)
            + Varint.sizeOf(index)
            + (newSource ? Varint.sizeOf(sourceBytes) + sourceBytes : 0)
            + contentBytes;
    reserve(position + Varint.MAX_BYTES + bodyBytes);
    int at = Varint.put(uncompressed, position, bodyBytes);
    at = Varint.put(uncompressed, at, record.offsetDelta);
    at = Varint.put(uncompressed, at, timeDelta);
    at = Varint.put(uncompressed, at, index);
    if (newSource) {
      at = putSource(record, at, sourceBytes);
    }
    uncompressed.put(at, record.buffer, record.contentAt, contentBytes);
    position = at + contentBytes;
    recordCount++;
    lastEventTime = record.eventTime;
    minEventTime = Math.min(minEventTime, record.eventTime);
    maxEventTime = Math.max(maxEventTime, record.eventTime);
  }

  /** Number of records added. */
  public int recordCount() {
    return recordCount;
  }

  /** Bytes of memory that the builder keeps. */
  public int memoryBytes() {
    return uncompressed.capacity() + compressed.capacity();
  }

  /**
   * Finishes the batch, which has at least one record.
   *
   * @return the batch from position to limit, little-endian. The builder owns the memory; it is
   *     valid until {@link #begin}
   */
  public ByteBuffer finish() {
    if (recordCount == 0) {
      throw new IllegalStateException("the batch has no record; call add() before finish()");
    }
    ByteBuffer stored = from.batch();
    int storedAt = from.batchAt();
    int recordsBytes = position - BatchHeader.BYTES;
    BatchCodec codec = BatchCodec.ofCode(BatchHeader.codec(stored, storedAt));
    int compressedBytes = compress(codec, recordsBytes);
    boolean smaller = compressedBytes < recordsBytes;
    ByteBuffer batch = smaller ? compressed : uncompressed;
    int length = BatchHeader.BYTES + (smaller ? compressedBytes : recordsBytes);

    batch.put(0, stored, storedAt, BatchHeader.BYTES);
    batch.putInt(BatchHeader.LENGTH, length);
    BatchHeader.putProof(batch, 0, 0);
    batch.put(BatchHeader.CODEC, (byte) (smaller ? codec : BatchCodec.NONE).code());
    batch.put(BatchHeader.FLAGS, (byte) BatchFlag.FILTERED.bit());
    batch.putInt(BatchHeader.RECORD_COUNT, recordCount);
    batch.putLong(BatchHeader.MIN_EVENT_TIME, minEventTime);
    batch.putLong(BatchHeader.MAX_EVENT_TIME, maxEventTime);
    batch.putLong(BatchHeader.SOURCE_FILTER, sourceFilter);
    batch.putInt(BatchHeader.RECORDS_BYTES, recordsBytes);
    BatchHeader.seal(batch, 0);
    return batch.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0).limit(length);
  }

  private int sourceIndex(RecordCursor record) {
    int known = sourceIndexes.length;
    if (record.sourceIndex >= known) {
      sourceIndexes = Arrays.copyOf(sourceIndexes, Math.max(2 * known, record.sources.count()));
      Arrays.fill(sourceIndexes, known, sourceIndexes.length, UNUSED);
    }
    int index = sourceIndexes[record.sourceIndex];
    return index == UNUSED ? sourceCount : index;
  }

  private int putSource(RecordCursor record, int at, int bytes) {
    record.buffer.get(record.sources.at(record.sourceIndex), source, 0, bytes);
    sourceFilter |= SourceFilter.bits(source, bytes);
    sourceIndexes[record.sourceIndex] = sourceCount++;
    int start = Varint.put(uncompressed, at, bytes);
    uncompressed.put(start, source, 0, bytes);
    return start + bytes;
  }

  private int compress(BatchCodec codec, int recordsBytes) {
    if (codec == BatchCodec.NONE || recordsBytes <= COMPRESSED_FROM_BYTES) {
      return recordsBytes;
    }
    int capacity = BatchHeader.BYTES + Compression.maxCompressedBytes(codec, recordsBytes);
    if (compressed.capacity() < capacity) {
      compressed = direct(capacity);
    }
    return Compression.compress(
        codec, uncompressed, BatchHeader.BYTES, recordsBytes, compressed, BatchHeader.BYTES);
  }

  private void reserve(int bytes) {
    if (uncompressed.capacity() < bytes) {
      long doubled = Math.max(MIN_CAPACITY_BYTES, 2L * uncompressed.capacity());
      ByteBuffer larger = direct((int) Math.max(bytes, Math.min(Integer.MAX_VALUE, doubled)));
      larger.put(0, uncompressed, 0, Math.min(position, uncompressed.capacity()));
      uncompressed = larger;
    }
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
