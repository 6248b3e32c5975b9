package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/**
 * The rules that can be checked without reading a record, cheapest first. Each answers with the
 * breach in words, or null; the caller decides whether that is an exception.
 */
final class BatchRules {

  private BatchRules() {}

  /** Magic and version. The header's bytes are all there. */
  static String identityBreach(ByteBuffer buffer, int at) {
    short magic = BatchHeader.magic(buffer, at);
    if (magic != BatchHeader.MAGIC) {
      return String.format(
          "the batch's magic is 0x%04X; expected 0x%04X", magic & 0xFFFF, BatchHeader.MAGIC);
    }
    int version = BatchHeader.version(buffer, at);
    if (version > BatchHeader.VERSION) {
      return "batch version "
          + version
          + " is newer than this build reads ("
          + BatchHeader.VERSION
          + "); use a newer build";
    }
    if (version != BatchHeader.VERSION) {
      return "batch version " + version + " is unknown; expected " + BatchHeader.VERSION;
    }
    return null;
  }

  /** A length that leaves room for the header and at least one byte of records. */
  static String lengthBreach(ByteBuffer buffer, int at) {
    int length = BatchHeader.length(buffer, at);
    return length > BatchHeader.BYTES
        ? null
        : "the batch's length is " + length + "; expected more than " + BatchHeader.BYTES;
  }

  static String headerCrcBreach(ByteBuffer buffer, int at) {
    return crcBreach(
        "header", BatchHeader.headerCrc(buffer, at), BatchHeader.computeHeaderCrc(buffer, at));
  }

  /** The batch's bytes are all there. */
  static String payloadCrcBreach(ByteBuffer buffer, int at) {
    int length = BatchHeader.length(buffer, at);
    return crcBreach(
        "payload",
        BatchHeader.payloadCrc(buffer, at),
        BatchHeader.computePayloadCrc(buffer, at, length));
  }

  /** The reserved byte, which is 0 in version 1. */
  static String reservedBreach(ByteBuffer buffer, int at) {
    int reserved = buffer.get(at + BatchHeader.RESERVED_BYTE) & 0xFF;
    return reserved == 0 ? null : "the batch's reserved byte is " + reserved + "; expected 0";
  }

  /** The flags, of which version 1 supports none. */
  static String flagsBreach(ByteBuffer buffer, int at) {
    int flags = BatchHeader.flags(buffer, at);
    return flags == 0
        ? null
        : "the batch's flags are "
            + flags
            + " ("
            + BatchFlag.describe(flags)
            + "), which this build does not support; expected 0";
  }

  /** Counts that a stored batch may have: compaction can leave gaps between offsets. */
  static String countBreach(ByteBuffer buffer, int at) {
    int count = BatchHeader.recordCount(buffer, at);
    int lastDelta = BatchHeader.lastOffsetDelta(buffer, at);
    if (count < 1) {
      return "the batch's record count is " + count + "; expected at least 1";
    }
    return lastDelta >= count - 1
        ? null
        : "the batch's last offset delta is " + lastDelta + " with " + count + " records";
  }

  /** Counts that a batch has when it comes from its producer: no gaps. */
  static String producedCountBreach(ByteBuffer buffer, int at) {
    int expected = BatchHeader.recordCount(buffer, at) - 1;
    int lastDelta = BatchHeader.lastOffsetDelta(buffer, at);
    return lastDelta == expected
        ? null
        : "the batch's last offset delta is " + lastDelta + "; expected " + expected;
  }

  static String producerBreach(ByteBuffer buffer, int at) {
    long id = BatchHeader.producerId(buffer, at);
    short epoch = BatchHeader.producerEpoch(buffer, at);
    long sequence = BatchHeader.baseSequence(buffer, at);
    boolean none = id == BatchHeader.NO_PRODUCER && epoch == -1 && sequence == -1;
    boolean some =
        id >= 0
            && epoch >= 0
            && sequence >= 0
            && sequence <= Long.MAX_VALUE - BatchHeader.recordCount(buffer, at);
    return none || some
        ? null
        : "producer id "
            + id
            + ", epoch "
            + epoch
            + ", base sequence "
            + sequence
            + "; expected -1 for all three, or none negative";
  }

  static void refuseIfMalformed(String breach) {
    if (breach != null) {
      throw InvalidBatchException.malformed(breach);
    }
  }

  static void refuseIfCorrupt(String breach) {
    if (breach != null) {
      throw InvalidBatchException.corrupt(breach);
    }
  }

  private static String crcBreach(String what, int expected, int actual) {
    return expected == actual
        ? null
        : String.format(
            "the batch's %s CRC is 0x%08X, its bytes give 0x%08X", what, expected, actual);
  }
}
