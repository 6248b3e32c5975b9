package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A builder of record batches, one after the other. Owns a direct buffer, which starts small and
 * doubles when it is full. Used by one thread at a time.
 *
 * <p>{@link #add} copies the bytes of an event, except the source: the builder keeps the array of
 * the source until {@link #reset()}, so the caller must not change it.
 */
public final class BatchBuilder {

  private static final int INITIAL_CAPACITY_BYTES = 1024;

  private final int targetBytes;
  private final int maxBytes;
  private final BatchCodec codec;
  private final SourceTable sources = new SourceTable();

  private ByteBuffer uncompressed;
  private ByteBuffer compressed;
  private int position;
  private int recordCount;
  private long lastEventTime;
  private long minEventTime;
  private long maxEventTime;
  private long sourceFilter;
  private boolean finished;

  /** A builder of batches of at most {@code maxBytes}, with any number of events. */
  public BatchBuilder(int maxBytes, BatchCodec codec) {
    this(maxBytes, maxBytes, codec);
  }

  /**
   * A builder with one limit for several events and another for a single large event.
   *
   * @param targetBytes limit of a batch with several events: bytes before compression, header
   *     included
   * @param maxBytes limit of a batch with one event; at least {@code targetBytes}
   * @param codec the codec for {@link #finish}; a batch that compression does not make smaller
   *     stays uncompressed, with codec none in its header
   */
  public BatchBuilder(int targetBytes, int maxBytes, BatchCodec codec) {
    if (targetBytes <= BatchHeader.BYTES || maxBytes < targetBytes) {
      throw new IllegalArgumentException(
          "a batch of "
              + targetBytes
              + " to "
              + maxBytes
              + " bytes; expected more than the header's "
              + BatchHeader.BYTES
              + ", and the target no larger than the maximum");
    }
    this.targetBytes = targetBytes;
    this.maxBytes = maxBytes;
    this.codec = codec;
    this.uncompressed = direct(Math.min(INITIAL_CAPACITY_BYTES, targetBytes));
    reset();
  }

  /**
   * Adds an event. The first event may fill the batch up to its maximum, each further event up to
   * the target.
   *
   * @param source UTF-8, 1 to 255 bytes; kept until {@link #reset()}
   * @param key may be null
   * @param value may be null
   * @return false if the event does not fit; the batch is unchanged, and the caller finishes it
   * @throws InvalidBatchException if the source is not allowed, or if the event alone exceeds the
   *     maximum
   */
  public boolean add(
      byte[] source, long eventTimeMicros, byte[] key, byte[] value, List<RecordHeader> headers) {
    if (finished) {
      throw new IllegalStateException("the batch is finished; call reset() before the next add()");
    }
    int sourceIndex = sources.find(source);
    boolean newSource = sourceIndex == sources.size();
    if (newSource) {
      requireSource(source);
    }
    long timeDelta = Varint.zigzag(eventTimeMicros - lastEventTime);
    long bodyBytes =
        Varint.sizeOf(recordCount)
            + Varint.sizeOf(timeDelta)
            + Varint.sizeOf(sourceIndex)
            + (newSource ? sizeOf(source.length, source.length) : 0)
            + contentBytes(key, value, headers);
    if (!makeRoom(Varint.sizeOf(bodyBytes) + bodyBytes)) {
      return false;
    }
    int at = Varint.put(uncompressed, position, (int) bodyBytes);
    at = Varint.put(uncompressed, at, recordCount);
    at = Varint.put(uncompressed, at, timeDelta);
    at = Varint.put(uncompressed, at, sourceIndex);
    if (newSource) {
      at = putBytes(at, source.length, source);
      sources.add(source);
      sourceFilter |= SourceFilter.bits(source);
    }
    at = putNullable(at, key);
    at = putNullable(at, value);
    position = putHeaders(at, headers);
    recordCount++;
    lastEventTime = eventTimeMicros;
    minEventTime = Math.min(minEventTime, eventTimeMicros);
    maxEventTime = Math.max(maxEventTime, eventTimeMicros);
    return true;
  }

  public int recordCount() {
    return recordCount;
  }

  public boolean isEmpty() {
    return recordCount == 0;
  }

  /** Current size of the batch: bytes before compression, header included. */
  public int sizeBytes() {
    return position;
  }

  /**
   * Finishes the batch: compresses the records, and writes the fields of the producer and both
   * checksums. The fields of the broker are zero. A second call gives the same events another
   * identity.
   *
   * @param producerId {@link BatchHeader#NO_PRODUCER}, with epoch -1 and {@link
   *     BatchHeader#NO_SEQUENCE}, for a batch that is not idempotent
   * @return the batch from position to limit, little-endian. The builder owns the memory; it is
   *     valid until {@link #reset()} or the next {@code finish}
   */
  public ByteBuffer finish(long producerId, short producerEpoch, long baseSequence) {
    if (recordCount == 0) {
      throw new IllegalStateException("the batch has no event; call add() before finish()");
    }
    finished = true;
    int recordsBytes = position - BatchHeader.BYTES;
    int compressedBytes = compress(recordsBytes);
    boolean smaller = compressedBytes < recordsBytes;
    ByteBuffer batch = smaller ? compressed : uncompressed;
    int length = BatchHeader.BYTES + (smaller ? compressedBytes : recordsBytes);

    putContentFields(batch, smaller ? codec : BatchCodec.NONE);
    batch.putShort(BatchHeader.PRODUCER_EPOCH, producerEpoch);
    batch.putLong(BatchHeader.PRODUCER_ID, producerId);
    batch.putLong(BatchHeader.BASE_SEQUENCE, baseSequence);
    putEnvelope(batch, length);
    return batch.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0).limit(length);
  }

  /** Starts the next batch. Frees the memory that one large event required beyond the target. */
  public void reset() {
    if (uncompressed.capacity() > targetBytes) {
      uncompressed = direct(Math.min(INITIAL_CAPACITY_BYTES, targetBytes));
      compressed = null;
    }
    sources.clear();
    position = BatchHeader.BYTES;
    recordCount = 0;
    lastEventTime = 0;
    minEventTime = Long.MAX_VALUE;
    maxEventTime = Long.MIN_VALUE;
    sourceFilter = 0;
    finished = false;
  }

  /**
   * An upper bound of the bytes that an event adds to a batch in which its source is new. It
   * exceeds the exact size by at most 21. {@link Integer#MAX_VALUE} if the size exceeds an int.
   */
  public static int maxRecordBytes(
      byte[] source, byte[] key, byte[] value, List<RecordHeader> headers) {
    long bytes =
        Varint.MAX_BYTES // record length
            + Varint.MAX_BYTES // offset delta
            + Varint.MAX_LONG_BYTES // event time
            + Varint.MAX_BYTES // source index
            + sizeOf(source.length, source.length)
            + contentBytes(key, value, headers);
    return (int) Math.min(Integer.MAX_VALUE, bytes);
  }

  private static void requireSource(byte[] source) {
    if (source.length < 1 || source.length > SourceFilter.MAX_SOURCE_BYTES) {
      throw InvalidBatchException.invalidSource(
          "the source has " + source.length + " bytes; expected 1 to 255 bytes of UTF-8");
    }
    if (!Utf8.isValid(ByteBuffer.wrap(source), 0, source.length)) {
      throw InvalidBatchException.invalidSource("the source is not well-formed UTF-8");
    }
  }

  private static long contentBytes(byte[] key, byte[] value, List<RecordHeader> headers) {
    long bytes = sizeOfNullable(key) + sizeOfNullable(value) + Varint.sizeOf(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      RecordHeader header = headers.get(i);
      int nameBytes = Utf8.length(header.name());
      bytes += sizeOf(nameBytes, nameBytes) + sizeOfNullable(header.value());
    }
    return bytes;
  }

  private static long sizeOfNullable(byte[] bytes) {
    return bytes == null ? 1 : sizeOf(bytes.length + 1, bytes.length);
  }

  private static long sizeOf(int prefix, int bytes) {
    return Varint.sizeOf(prefix) + (long) bytes;
  }

  /** Whether a record of this size fits into the batch. Grows the buffer if it does. */
  private boolean makeRoom(long recordBytes) {
    long needed = position + recordBytes;
    if (needed > (recordCount == 0 ? maxBytes : targetBytes)) {
      if (recordCount == 0) {
        throw InvalidBatchException.eventTooLarge(
            "the event makes a batch of "
                + needed
                + " bytes; limit "
                + maxBytes
                + "; send a smaller event or raise the maximum batch size of the producer");
      }
      return false;
    }
    if (needed > uncompressed.capacity()) {
      grow((int) needed);
    }
    return true;
  }

  private void grow(int needed) {
    long doubled = Math.min(targetBytes, 2L * uncompressed.capacity());
    ByteBuffer larger = direct((int) Math.max(needed, doubled));
    larger.put(0, uncompressed, 0, position);
    uncompressed = larger;
  }

  /**
   * Compresses the records to their place after the header.
   *
   * @return the compressed size; {@code recordsBytes} or more if compression saves nothing
   */
  private int compress(int recordsBytes) {
    if (codec == BatchCodec.NONE) {
      return recordsBytes;
    }
    int capacity = BatchHeader.BYTES + Compression.maxCompressedBytes(codec, recordsBytes);
    if (compressed == null || compressed.capacity() < capacity) {
      compressed = direct(capacity);
    }
    return Compression.compress(
        codec, uncompressed, BatchHeader.BYTES, recordsBytes, compressed, BatchHeader.BYTES);
  }

  private void putContentFields(ByteBuffer batch, BatchCodec used) {
    batch.put(BatchHeader.CODEC, (byte) used.code());
    batch.put(BatchHeader.FLAGS, (byte) 0);
    batch.putInt(BatchHeader.RECORD_COUNT, recordCount);
    batch.putLong(BatchHeader.MIN_EVENT_TIME, minEventTime);
    batch.putLong(BatchHeader.MAX_EVENT_TIME, maxEventTime);
    batch.putLong(BatchHeader.SOURCE_FILTER, sourceFilter);
    batch.putInt(BatchHeader.RECORDS_BYTES, position - BatchHeader.BYTES);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA, recordCount - 1);
  }

  private static void putEnvelope(ByteBuffer batch, int length) {
    batch.putInt(BatchHeader.LENGTH, length);
    batch.putShort(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.put(BatchHeader.VERSION_AT, BatchHeader.VERSION);
    batch.put(BatchHeader.RECORD_FORMAT_AT, (byte) BatchHeader.RECORD_FORMAT);
    batch.putInt(BatchHeader.PAYLOAD_CRC, BatchHeader.computePayloadCrc(batch, 0, length));
    BatchHeader.stamp(batch, 0, 0, 0, 0, 0);
  }

  private int putHeaders(int at, List<RecordHeader> headers) {
    int end = Varint.put(uncompressed, at, headers.size());
    for (int i = 0; i < headers.size(); i++) {
      RecordHeader header = headers.get(i);
      end = Varint.put(uncompressed, end, Utf8.length(header.name()));
      end = Utf8.put(uncompressed, end, header.name());
      end = putNullable(end, header.value());
    }
    return end;
  }

  private int putNullable(int at, byte[] bytes) {
    return bytes == null ? Varint.put(uncompressed, at, 0) : putBytes(at, bytes.length + 1, bytes);
  }

  private int putBytes(int at, int prefix, byte[] bytes) {
    int start = Varint.put(uncompressed, at, prefix);
    uncompressed.put(start, bytes);
    return start + bytes.length;
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
