package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One of the two slots that a log has in the register.
 *
 * <pre>
 *  0  u32  CRC-32C of bytes [4,64)
 *  4  i32  partition
 *  8  i64  topic id, most significant bits
 * 16  i64  topic id, least significant bits
 * 24  i64  sequence       number of the write, from 1
 * 32  i64  start offset
 * 40  i64  base offset of the newest segment; -1: none
 * 48  i64  durable offset
 * 56  i32  epoch
 * 60  i32  reserved       0
 * </pre>
 *
 * Little-endian. A slot of zeros is free.
 */
record RegisterSlot(LogId id, long sequence, RegisteredLog log) {

  static final int BYTES = 64;

  private static final int CRC_AT = 0;

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4, id.partition());
    bytes.putLong(8, id.topicId().getMostSignificantBits());
    bytes.putLong(16, id.topicId().getLeastSignificantBits());
    bytes.putLong(24, sequence);
    bytes.putLong(32, log.startOffset());
    bytes.putLong(40, log.newestSegment());
    bytes.putLong(48, log.durableOffset());
    bytes.putInt(56, log.epoch());
    bytes.putInt(CRC_AT, crc(bytes, 0));
    return bytes;
  }

  /** The slot at a position of a heap buffer, or null if it is free or damaged. */
  static RegisterSlot decodeOrNull(ByteBuffer bytes, int at) {
    int partition = bytes.getInt(at + 4);
    if (bytes.getInt(at + CRC_AT) != crc(bytes, at) || partition < 0) {
      return null;
    }
    return new RegisterSlot(
        new LogId(new UUID(bytes.getLong(at + 8), bytes.getLong(at + 16)), partition),
        bytes.getLong(at + 24),
        new RegisteredLog(
            bytes.getLong(at + 32),
            bytes.getLong(at + 40),
            bytes.getLong(at + 48),
            bytes.getInt(at + 56)));
  }

  private static int crc(ByteBuffer bytes, int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset() + at + 4, BYTES - 4);
    return (int) crc.getValue();
  }
}
