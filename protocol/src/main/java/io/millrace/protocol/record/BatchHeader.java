package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The fixed header of a record batch, read and written in place at a position of a little-endian
 * buffer.
 *
 * <pre>
 *   0  i32  length          bytes of the whole batch, this header included
 *   4  u16  magic           0x524D, the bytes "MR"
 *   6  u8   version         1
 *   7  u8   reserved        0
 *   8  u32  header CRC      CRC-32C of bytes [0,8) and [12,48)
 *  12  u32  payload CRC     CRC-32C of bytes [48,length)
 *  ---- the broker's fields: written when the batch is stored, zero before
 *  16  i64  base offset     offset of the first record
 *  24  i64  append time     microseconds since the epoch, UTC
 *  32  i64  durable offset  the partition's durable offset when this batch was appended: every
 *                           batch below it was already forced to disk
 *  40  i32  epoch           how many times the partition has been opened
 *  44  i32  reserved        0
 *  ---- the producer's fields: covered by the payload CRC, never changed after
 *  48  u8   codec           0 none, 1 lz4, 2 zstd
 *  49  u8   flags           0; the bits are reserved ({@link BatchFlag})
 *  50  i16  producer epoch  -1 without a producer id
 *  52  i32  record count    at least 1
 *  56  i64  producer id     -1: not idempotent
 *  64  i64  base sequence   sequence of the first record, for a named producer that of the last
 *                           less the last offset delta; -1 without a producer id
 *  72  i64  min event time  microseconds since the epoch, UTC
 *  80  i64  max event time  microseconds since the epoch, UTC
 *  88  u64  source filter   Bloom filter of the sources inside ({@link SourceFilter})
 *  96  i32  records bytes   bytes of the records before compression
 * 100  i32  last offset delta  offset of the last record less the base offset
 * 104       records         compressed as one block by the codec
 * </pre>
 *
 * <p>The payload CRC is the producer's and travels unchanged to the disk and to the consumer; the
 * header CRC is rewritten by the broker together with its fields. All methods are stateless; the
 * caller owns the buffer, whose order must be {@link ByteOrder#LITTLE_ENDIAN}.
 */
public final class BatchHeader {

  /** Bytes of the header. */
  public static final int BYTES = 104;

  /** "MR" as a little-endian u16. */
  public static final short MAGIC = 0x524D;

  /** The version that this build writes. */
  public static final byte VERSION = 1;

  /** The producer id of a batch that is not idempotent. */
  public static final long NO_PRODUCER = -1;

  /**
   * The smallest id of a named producer. Its sequences are the application's own and may have gaps,
   * so that a batch says only the last one: the base sequence is that less the last offset delta.
   */
  public static final long FIRST_NAMED_PRODUCER = 1L << 62;

  /** The base sequence of a batch that is not idempotent. */
  public static final long NO_SEQUENCE = -1;

  static final int LENGTH = 0;
  static final int MAGIC_AT = 4;
  static final int VERSION_AT = 6;
  static final int RESERVED_BYTE = 7;
  static final int HEADER_CRC = 8;
  static final int PAYLOAD_CRC = 12;
  static final int BASE_OFFSET = 16;
  static final int APPEND_TIME = 24;
  static final int DURABLE_OFFSET = 32;
  static final int EPOCH = 40;
  static final int RESERVED_INT = 44;
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

  public static int headerCrc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + HEADER_CRC);
  }

  public static int payloadCrc(ByteBuffer buffer, int at) {
    return buffer.getInt(at + PAYLOAD_CRC);
  }

  public static long baseOffset(ByteBuffer buffer, int at) {
    return buffer.getLong(at + BASE_OFFSET);
  }

  /** Offset of the record after the last one: where the next batch begins. */
  public static long nextOffset(ByteBuffer buffer, int at) {
    return baseOffset(buffer, at) + lastOffsetDelta(buffer, at) + 1;
  }

  public static long appendTime(ByteBuffer buffer, int at) {
    return buffer.getLong(at + APPEND_TIME);
  }

  public static long durableOffset(ByteBuffer buffer, int at) {
    return buffer.getLong(at + DURABLE_OFFSET);
  }

  public static int epoch(ByteBuffer buffer, int at) {
    return buffer.getInt(at + EPOCH);
  }

  /** The codec's byte; {@link Codec#ofCode} gives it a name. */
  public static int codec(ByteBuffer buffer, int at) {
    return buffer.get(at + CODEC) & 0xFF;
  }

  public static int flags(ByteBuffer buffer, int at) {
    return buffer.get(at + FLAGS) & 0xFF;
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
   * Writes the broker's fields and the header CRC over them. The producer's part and its CRC stay
   * as they are.
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
    buffer.putLong(at + DURABLE_OFFSET, durableOffset);
    buffer.putInt(at + EPOCH, epoch);
    buffer.putInt(at + RESERVED_INT, 0);
    buffer.putInt(at + HEADER_CRC, computeHeaderCrc(buffer, at));
  }

  /** The CRC-32C that the header's bytes ask for. */
  public static int computeHeaderCrc(ByteBuffer buffer, int at) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, at, HEADER_CRC);
    update(crc, buffer, at + PAYLOAD_CRC, PRODUCER_FIELDS - PAYLOAD_CRC);
    return (int) crc.getValue();
  }

  /** The CRC-32C that the producer's fields and the records ask for; {@code length} is trusted. */
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
