package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The header of a record batch. The methods read and write its fields in place, at a position of a
 * little-endian buffer.
 *
 * <pre>
 *   0  i32  length          bytes of the whole batch, this header included
 *   4  u16  magic           0x524D, the bytes "MR"
 *   6  u8   version         2
 *   7  u8   record format   0: the records of this format; 1 is reserved for Kafka's
 *   8  u32  header CRC      CRC-32C of bytes [0,8) and [12,40)
 *  12  u32  payload CRC     CRC-32C of bytes [48,length)
 *  ---- fields of the broker: zero until the broker stores the batch
 *  16  i64  base offset     offset of the first record
 *  24  i64  append time     microseconds since the epoch, UTC
 *  32  u32  durable distance  base offset minus durable offset of the partition when this batch
 *                           was appended: every batch below that offset was on disk;
 *                           0xFFFFFFFF: not known, because the distance does not fit
 *  36  i32  epoch           a number that increases each time the broker opens the log
 *  40  u64  proof           written by the storage engine to recognize its own batches; 0 if the
 *                           engine writes none
 *  ---- fields of the producer: covered by the payload CRC, never changed afterwards
 *  48  u8   codec           0 none, 1 lz4, 2 zstd; 3, 4 and 5 are reserved for record format 1
 *  49  u8   flags           0; or 8: a gap; or 32: filtered; the other bits are reserved ({@link
 *                           BatchFlag})
 *  50  i16  producer epoch  -1 without a producer id
 *  52  i32  record count    at least 1; 0 in a gap
 *  56  i64  producer id     -1: not idempotent
 *  64  i64  base sequence   sequence of the first record; for a named producer, sequence of the
 *                           last record minus last offset delta; -1 without a producer id
 *  72  i64  min event time  microseconds since the epoch, UTC
 *  80  i64  max event time  microseconds since the epoch, UTC
 *  88  u64  source filter   Bloom filter of the sources ({@link SourceFilter})
 *  96  i32  records bytes   bytes of the records before compression
 * 100  i32  last offset delta  offset of the last record minus base offset; in a filtered batch,
 *                           of the last record of the stored batch
 * 104       records         compressed as one block with the codec
 * </pre>
 *
 * <p>A <em>gap</em> is a batch without records ({@link GapBatch}). A <em>filtered</em> batch has
 * some of the records of a stored batch ({@link FilteredBatchBuilder}).
 *
 * <p>The producer computes the payload CRC; it does not change on the way to the disk and to the
 * consumer. The broker computes the header CRC when it writes its fields. Neither CRC covers the
 * proof. All methods are stateless. The caller owns the buffer, whose byte order must be {@link
 * ByteOrder#LITTLE_ENDIAN}.
 */
public final class BatchHeader {

  /** Bytes of the header. */
  public static final int BYTES = 104;

  /** The bytes "MR" as a little-endian u16. */
  public static final short MAGIC = 0x524D;

  /** The version of the format that this build writes and reads. */
  public static final byte VERSION = 2;

  /** The record format of this build, the only one that it writes and reads. */
  public static final int RECORD_FORMAT = 0;

  /** The producer id of a batch that is not idempotent. */
  public static final long NO_PRODUCER = -1;

  /**
   * The smallest id of a named producer. The application chooses its sequences, which may have
   * gaps. Therefore a batch states only the last one: base sequence + last offset delta.
   */
  public static final long FIRST_NAMED_PRODUCER = 1L << 62;

  /** The base sequence of a batch that is not idempotent. */
  public static final long NO_SEQUENCE = -1;

  static final int LENGTH = 0;
  static final int MAGIC_AT = 4;
  static final int VERSION_AT = 6;
  static final int RECORD_FORMAT_AT = 7;
  static final int HEADER_CRC = 8;
  static final int PAYLOAD_CRC = 12;
  static final int BASE_OFFSET = 16;
  static final int APPEND_TIME = 24;
  static final int DURABLE_DISTANCE = 32;
  static final int EPOCH = 36;
  static final int PROOF = 40;
  static final int PRODUCER_FIELDS = 48;
  static final int CODEC = 48;
  static final int FLAGS = 49;
  static final int PRODUCER_EPOCH = 50;
  static final int RECORD_COUNT = 52;
  static final int PRODUCER_ID = 56;
  static final int BASE_SEQUENCE = 64;
  static final int MIN_EVENT_TIME = 72;
  static final int MAX_EVENT_TIME = 80;
  static final int SOURCE_FILTER = 88;
  static final int RECORDS_BYTES = 96;
  static final int LAST_OFFSET_DELTA = 100;

  /** The durable distance that says nothing: 0xFFFFFFFF. */
  private static final int UNKNOWN_DISTANCE = -1;

  private BatchHeader() {}

  public static int length(ByteBuffer buffer, int at) {
    return buffer.getInt(at + LENGTH);
  }

  public static short magic(ByteBuffer buffer, int at) {
    return buffer.getShort(at + MAGIC_AT);
  }

  /** 0 to 255. */
  public static int version(ByteBuffer buffer, int at) {
    return buffer.get(at + VERSION_AT) & 0xFF;
  }

  /** 0 to 255; other than {@link #RECORD_FORMAT} in a batch that this build cannot read. */
  public static int recordFormat(ByteBuffer buffer, int at) {
    return buffer.get(at + RECORD_FORMAT_AT) & 0xFF;
  }

  public static int headerCrc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + HEADER_CRC);
  }

  public static int payloadCrc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + PAYLOAD_CRC);
  }

  public static long baseOffset(ByteBuffer buffer, int at) {
    return buffer.getLong(at + BASE_OFFSET);
  }

  /** One past the offset of the last record: the base offset of the next batch. */
  public static long nextOffset(ByteBuffer buffer, int at) {
    return baseOffset(buffer, at) + lastOffsetDelta(buffer, at) + 1;
  }

  public static long appendTime(ByteBuffer buffer, int at) {
    return buffer.getLong(at + APPEND_TIME);
  }

  /**
   * An offset below which every batch was durable when this batch was appended; at most the base
   * offset. It is 0 if the header does not know it, and negative only in a header that no broker
   * wrote.
   */
  public static long durableOffset(ByteBuffer buffer, int at) {
    int distance = buffer.getInt(at + DURABLE_DISTANCE);
    return distance == UNKNOWN_DISTANCE
        ? 0
        : baseOffset(buffer, at) - Integer.toUnsignedLong(distance);
  }

  public static int epoch(ByteBuffer buffer, int at) {
    return buffer.getInt(at + EPOCH);
  }

  /** The proof of the storage engine; 0 if there is none. */
  public static long proof(ByteBuffer buffer, int at) {
    return buffer.getLong(at + PROOF);
  }

  /** Writes the proof of the storage engine. No checksum covers it. */
  public static void putProof(ByteBuffer buffer, int at, long proof) {
    buffer.putLong(at + PROOF, proof);
  }

  /** The code of the codec, for {@link BatchCodec#ofCode}. */
  public static int codec(ByteBuffer buffer, int at) {
    return buffer.get(at + CODEC) & 0xFF;
  }

  public static int flags(ByteBuffer buffer, int at) {
    return buffer.get(at + FLAGS) & 0xFF;
  }

  /** Whether this is a gap: a batch without records that stands for removed offsets. */
  public static boolean isGap(ByteBuffer buffer, int at) {
    return flags(buffer, at) == BatchFlag.GAP.bit();
  }

  /** Whether events were removed that a subscription does not want. */
  public static boolean isFiltered(ByteBuffer buffer, int at) {
    return flags(buffer, at) == BatchFlag.FILTERED.bit();
  }

  public static short producerEpoch(ByteBuffer buffer, int at) {
    return buffer.getShort(at + PRODUCER_EPOCH);
  }

  public static int recordCount(ByteBuffer buffer, int at) {
    return buffer.getInt(at + RECORD_COUNT);
  }

  public static long producerId(ByteBuffer buffer, int at) {
    return buffer.getLong(at + PRODUCER_ID);
  }

  public static long baseSequence(ByteBuffer buffer, int at) {
    return buffer.getLong(at + BASE_SEQUENCE);
  }

  public static long minEventTime(ByteBuffer buffer, int at) {
    return buffer.getLong(at + MIN_EVENT_TIME);
  }

  public static long maxEventTime(ByteBuffer buffer, int at) {
    return buffer.getLong(at + MAX_EVENT_TIME);
  }

  public static long sourceFilter(ByteBuffer buffer, int at) {
    return buffer.getLong(at + SOURCE_FILTER);
  }

  /** Bytes of the records before compression. */
  public static int recordsBytes(ByteBuffer buffer, int at) {
    return buffer.getInt(at + RECORDS_BYTES);
  }

  public static int lastOffsetDelta(ByteBuffer buffer, int at) {
    return buffer.getInt(at + LAST_OFFSET_DELTA);
  }

  /**
   * Writes the fields of the broker and the header CRC; the proof is 0. Does not change the fields
   * of the producer, the records, or the payload CRC.
   *
   * @param durableOffset 0 to {@code baseOffset}
   * @throws IllegalArgumentException if the durable offset is not in this range
   */
  public static void stamp(
      ByteBuffer buffer,
      int at,
      long baseOffset,
      long appendTimeMicros,
      long durableOffset,
      int epoch) {
    buffer.putLong(at + BASE_OFFSET, baseOffset);
    buffer.putLong(at + APPEND_TIME, appendTimeMicros);
    buffer.putInt(at + DURABLE_DISTANCE, durableDistance(baseOffset, durableOffset));
    buffer.putInt(at + EPOCH, epoch);
    putProof(buffer, at, 0);
    buffer.putInt(at + HEADER_CRC, computeHeaderCrc(buffer, at));
  }

  /** Writes both CRCs of a batch whose other fields are complete. */
  static void seal(ByteBuffer buffer, int at) {
    buffer.putInt(at + PAYLOAD_CRC, computePayloadCrc(buffer, at, length(buffer, at)));
    buffer.putInt(at + HEADER_CRC, computeHeaderCrc(buffer, at));
  }

  private static int durableDistance(long baseOffset, long durableOffset) {
    if (durableOffset < 0 || durableOffset > baseOffset) {
      throw new IllegalArgumentException(
          "durable offset " + durableOffset + " of a batch with base offset " + baseOffset);
    }
    long distance = baseOffset - durableOffset;
    return distance < Integer.toUnsignedLong(UNKNOWN_DISTANCE) ? (int) distance : UNKNOWN_DISTANCE;
  }

  /** Computes the header CRC from the bytes that it covers. */
  public static int computeHeaderCrc(ByteBuffer buffer, int at) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, at, HEADER_CRC);
    update(crc, buffer, at + PAYLOAD_CRC, PROOF - PAYLOAD_CRC);
    return (int) crc.getValue();
  }

  /**
   * Computes the payload CRC from the bytes that it covers.
   *
   * @param length the length of the batch; the caller has checked it
   */
  public static int computePayloadCrc(ByteBuffer buffer, int at, int length) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, at + PRODUCER_FIELDS, length - PRODUCER_FIELDS);
    return (int) crc.getValue();
  }

  private static void update(CRC32C crc, ByteBuffer buffer, int at, int bytes) {
    ByteBuffer slice = buffer.duplicate();
    slice.limit(at + bytes).position(at);
    crc.update(slice);
  }
}
