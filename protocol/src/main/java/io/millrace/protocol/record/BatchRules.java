package io.millrace.protocol.record;

import java.nio.ByteBuffer;

/**
 * The rules that need only the header and the checksums. Each method returns the violation as a
 * text, or null; the caller decides whether to throw an exception.
 */
final class BatchRules {

  private BatchRules() {}

  /** The magic and the version. The buffer has the whole header. */
  static String identityViolation(ByteBuffer buffer, int at) {
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

  /** The length, which must exceed the header; a gap has only a header. */
  static String lengthViolation(ByteBuffer buffer, int at) {
    int length = BatchHeader.length(buffer, at);
    boolean isWhole = length > BatchHeader.BYTES;
    boolean isGap = length == BatchHeader.BYTES && BatchHeader.isGap(buffer, at);
    return isWhole || isGap
        ? null
        : "the batch's length is " + length + "; expected more than " + BatchHeader.BYTES;
  }

  /** The header CRC. The buffer has the whole header. */
  static String headerCrcViolation(ByteBuffer buffer, int at) {
    return crcViolation(
        "header", BatchHeader.headerCrc(buffer, at), BatchHeader.computeHeaderCrc(buffer, at));
  }

  /** The payload CRC. The buffer has the whole batch. */
  static String payloadCrcViolation(ByteBuffer buffer, int at) {
    int length = BatchHeader.length(buffer, at);
    return crcViolation(
        "payload",
        BatchHeader.payloadCrc(buffer, at),
        BatchHeader.computePayloadCrc(buffer, at, length));
  }

  /** The record format. */
  static String recordFormatViolation(ByteBuffer buffer, int at) {
    int format = BatchHeader.recordFormat(buffer, at);
    return format == BatchHeader.RECORD_FORMAT
        ? null
        : "the batch's record format is "
            + format
            + "; this build reads only "
            + BatchHeader.RECORD_FORMAT;
  }

  /** The flags of a batch from a broker. */
  static String flagsViolation(ByteBuffer buffer, int at) {
    return BatchHeader.isGap(buffer, at) || BatchHeader.isFiltered(buffer, at)
        ? null
        : anyFlagViolation(buffer, at);
  }

  /** The flags of a batch from a producer, which sets none. */
  static String producedFlagsViolation(ByteBuffer buffer, int at) {
    return BatchHeader.isGap(buffer, at)
        ? "the batch's flags are 8 (GAP), which only a broker sets; expected 0"
        : anyFlagViolation(buffer, at);
  }

  private static String anyFlagViolation(ByteBuffer buffer, int at) {
    int flags = BatchHeader.flags(buffer, at);
    return flags == 0
        ? null
        : "the batch's flags are "
            + flags
            + " ("
            + BatchFlag.describe(flags)
            + "), which this build does not support; expected 0";
  }

  /** The counts of a batch from a broker, which may have gaps between offsets. */
  static String countViolation(ByteBuffer buffer, int at) {
    int count = BatchHeader.recordCount(buffer, at);
    int lastDelta = BatchHeader.lastOffsetDelta(buffer, at);
    if (BatchHeader.isGap(buffer, at)) {
      return gapViolation(buffer, at);
    }
    if (count < 1) {
      return "the batch's record count is " + count + "; expected at least 1";
    }
    return lastDelta >= count - 1
        ? null
        : "the batch's last offset delta is " + lastDelta + " with " + count + " records";
  }

  private static String gapViolation(ByteBuffer buffer, int at) {
    int length = BatchHeader.length(buffer, at);
    int count = BatchHeader.recordCount(buffer, at);
    int recordsBytes = BatchHeader.recordsBytes(buffer, at);
    int lastDelta = BatchHeader.lastOffsetDelta(buffer, at);
    return length == BatchHeader.BYTES && count == 0 && recordsBytes == 0 && lastDelta >= 0
        ? null
        : "a gap has length "
            + length
            + ", record count "
            + count
            + ", records bytes "
            + recordsBytes
            + " and last offset delta "
            + lastDelta
            + "; expected 104, 0, 0 and at least 0";
  }

  /** Checks the counts of a batch from a producer. Such a batch has no gaps between offsets. */
  static String producedCountViolation(ByteBuffer buffer, int at) {
    int expected = BatchHeader.recordCount(buffer, at) - 1;
    int lastDelta = BatchHeader.lastOffsetDelta(buffer, at);
    return lastDelta == expected
        ? null
        : "the batch's last offset delta is " + lastDelta + "; expected " + expected;
  }

  /** The producer id, the producer epoch and the base sequence. */
  static String producerViolation(ByteBuffer buffer, int at) {
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

  static void refuseIfMalformed(String violation) {
    if (violation != null) {
      throw InvalidBatchException.malformed(violation);
    }
  }

  static void refuseIfCorrupt(String violation) {
    if (violation != null) {
      throw InvalidBatchException.corrupt(violation);
    }
  }

  private static String crcViolation(String part, int expected, int actual) {
    return expected == actual
        ? null
        : String.format(
            "the batch's %s CRC is 0x%08X, its bytes give 0x%08X", part, expected, actual);
  }
}
