package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Builds one record batch after the other in a direct buffer of its own, which begins small and
 * doubles as events come in. Belongs to one thread at a time.
 *
 * <p>Arrays are copied into the batch by {@link #add}, except the source: it is kept until {@link
 * #reset()}, so the caller leaves it unchanged.
 */
public final class BatchBuilder {

  private static final int FIRST_CAPACITY_BYTES = 1024;

  private final int targetBytes;
  private final int maxBytes;
  private final Codec codec;
  private final SourceTable sources = new SourceTable();

  private ByteBuffer plain;
  private ByteBuffer packed;
  private int position;
  private int recordCount;
  private long lastEventTime;
  private long minEventTime;
  private long maxEventTime;
  private long sourceFilter;
  private boolean finished;

  /** A builder whose batches are at most {@code maxBytes} long, however many events share them. */
  public BatchBuilder(int maxBytes, Codec codec) {
    this(maxBytes, maxBytes, codec);
  }

  /**
   * A builder of batches up to a size.
   *
   * @param targetBytes bytes before compression, header included, up to which events share a batch
   * @param maxBytes bytes that the batch of a single large event may have; at least {@code
   *     targetBytes}
   * @param codec how {@link #finish} compresses; a batch that would not become smaller stays as it
   *     is, with codec none in its header
   */
  public BatchBuilder(int targetBytes, int maxBytes, Codec codec) {
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
    this.plain = direct(Math.min(FIRST_CAPACITY_BYTES, targetBytes));
    reset();
  }

  /**
   * Adds an event. The first event of a batch may be as large as the batch's maximum; the next ones
   * only fill up to the target.
   *
   * @param source UTF-8, 1 to 255 bytes; kept until {@link #reset()}
   * @param key bytes, or null for none
   * @param value bytes, or null for none
   * @return false, with nothing changed, when the batch has no room left: finish it first
   * @throws InvalidBatchException if the source is not allowed, or the event is too large for a
   *     batch of its own
   */
  public boolean add(
      byte[] source, long eventTimeMicros, byte[] key, byte[] value, List<Header> headers) {
    if (finished) {
      throw new IllegalStateException("the batch is finished; reset() begins the next one");
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
    if (!hasRoom(Varint.sizeOf(bodyBytes) + bodyBytes)) {
      return false;
    }
    int at = Varint.put(plain, position, (int) bodyBytes);
    at = Varint.put(plain, at, recordCount);
    at = Varint.put(plain, at, timeDelta);
    at = Varint.put(plain, at, sourceIndex);
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

  /** Bytes that the batch has now, before compression, header included. */
  public int sizeBytes() {
    return position;
  }

  /**
   * Finishes the batch: compresses it, writes the producer's fields and both checksums, and leaves
   * the broker's fields zero. May be called again, to give the same events another identity.
   *
   * @param producerId {@link BatchHeader#NO_PRODUCER}, with epoch -1 and {@link
   *     BatchHeader#NO_SEQUENCE}, for a batch that is not idempotent
   * @return the batch from position to limit, little-endian; the memory stays the builder's and is
   *     valid until {@link #reset()} or the next {@code finish}
   */
  public ByteBuffer finish(long producerId, short producerEpoch, long baseSequence) {
    if (recordCount == 0) {
      throw new IllegalStateException("a batch must have an event before it is finished");
    }
    finished = true;
    int recordsBytes = position - BatchHeader.BYTES;
    int packedBytes = pack(recordsBytes);
    boolean smaller = packedBytes < recordsBytes;
    ByteBuffer batch = smaller ? packed : plain;
    int length = BatchHeader.BYTES + (smaller ? packedBytes : recordsBytes);

    putWhatIsInside(batch, smaller ? codec : Codec.NONE);
    batch.putShort(BatchHeader.PRODUCER_EPOCH, producerEpoch);
    batch.putLong(BatchHeader.PRODUCER_ID, producerId);
    batch.putLong(BatchHeader.BASE_SEQUENCE, baseSequence);
    seal(batch, length);
    return batch.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(0).limit(length);
  }

  /** Forgets the batch so that the next can begin; gives back what one large event grew. */
  public void reset() {
    if (plain.capacity() > targetBytes) {
      plain = direct(Math.min(FIRST_CAPACITY_BYTES, targetBytes));
      packed = null;
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
   * An upper bound of the bytes that this event adds to a batch in which its source is new; at most
   * 21 above the truth. {@link Integer#MAX_VALUE} if it is more than an array can hold.
   */
  public static int maxRecordBytes(byte[] source, byte[] key, byte[] value, List<Header> headers) {
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

  private static long contentBytes(byte[] key, byte[] value, List<Header> headers) {
    long bytes = sizeOfNullable(key) + sizeOfNullable(value) + Varint.sizeOf(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
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

  /** Whether a record of so many bytes fits, after growing the buffer for it. */
  private boolean hasRoom(long recordBytes) {
    long needed = position + recordBytes;
    if (needed > (recordCount == 0 ? maxBytes : targetBytes)) {
      if (recordCount == 0) {
        throw InvalidBatchException.eventTooLarge(
            "the event makes a batch of "
                + needed
                + " bytes; limit "
                + maxBytes
                + "; send a smaller event or raise the producer's largest batch");
      }
      return false;
    }
    if (needed > plain.capacity()) {
      grow((int) needed);
    }
    return true;
  }

  private void grow(int needed) {
    long doubled = Math.min(targetBytes, 2L * plain.capacity());
    ByteBuffer larger = direct((int) Math.max(needed, doubled));
    larger.put(0, plain, 0, position);
    plain = larger;
  }

  /** Compresses the records behind the place of the header; bytes after, or no fewer if useless. */
  private int pack(int recordsBytes) {
    if (codec == Codec.NONE) {
      return recordsBytes;
    }
    int room = BatchHeader.BYTES + Compression.maxCompressedBytes(codec, recordsBytes);
    if (packed == null || packed.capacity() < room) {
      packed = direct(room);
    }
    return Compression.compress(
        codec, plain, BatchHeader.BYTES, recordsBytes, packed, BatchHeader.BYTES);
  }

  private void putWhatIsInside(ByteBuffer batch, Codec used) {
    batch.put(BatchHeader.CODEC, (byte) used.code());
    batch.put(BatchHeader.FLAGS, (byte) 0);
    batch.putInt(BatchHeader.RECORD_COUNT, recordCount);
    batch.putLong(BatchHeader.MIN_EVENT_TIME, minEventTime);
    batch.putLong(BatchHeader.MAX_EVENT_TIME, maxEventTime);
    batch.putLong(BatchHeader.SOURCE_FILTER, sourceFilter);
    batch.putInt(BatchHeader.RECORDS_BYTES, position - BatchHeader.BYTES);
    batch.putInt(BatchHeader.LAST_OFFSET_DELTA, recordCount - 1);
  }

  private static void seal(ByteBuffer batch, int length) {
    batch.putInt(BatchHeader.LENGTH, length);
    batch.putShort(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
    batch.put(BatchHeader.VERSION_AT, BatchHeader.VERSION);
    batch.put(BatchHeader.RESERVED_BYTE, (byte) 0);
    batch.putInt(BatchHeader.PAYLOAD_CRC, BatchHeader.computePayloadCrc(batch, 0, length));
    BatchHeader.stamp(batch, 0, 0, 0, 0, 0);
  }

  private int putHeaders(int at, List<Header> headers) {
    int end = Varint.put(plain, at, headers.size());
    for (int i = 0; i < headers.size(); i++) {
      Header header = headers.get(i);
      end = Varint.put(plain, end, Utf8.length(header.name()));
      end = Utf8.put(plain, end, header.name());
      end = putNullable(end, header.value());
    }
    return end;
  }

  private int putNullable(int at, byte[] bytes) {
    return bytes == null ? Varint.put(plain, at, 0) : putBytes(at, bytes.length + 1, bytes);
  }

  private int putBytes(int at, int prefix, byte[] bytes) {
    int start = Varint.put(plain, at, prefix);
    plain.put(start, bytes);
    return start + bytes.length;
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
