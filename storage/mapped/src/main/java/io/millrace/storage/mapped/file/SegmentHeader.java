package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment file. The first batch follows directly.
 *
 * <pre>
 *  0  u32  magic         "MRSG"
 *  4  u16  version       2
 *  6  u16  header bytes  64
 *  8  i64  topic id, most significant bits
 * 16  i64  topic id, least significant bits
 * 24  i32  partition
 * 28  i32  capacity      bytes of the file when it was created
 * 32  i64  base offset
 * 40       key           16 bytes; the key of the log ({@link LogKey})
 * 56  u32  reserved      0
 * 60  u32  CRC-32C of bytes [0,60)
 * </pre>
 *
 * Little-endian.
 */
public record SegmentHeader(LogIdentity identity, int capacityBytes, long baseOffset) {

  public static final int BYTES = 64;

  private static final int KEY_AT = 40;
  private static final int CRC_AT = 60;

  public ByteBuffer encode() {
    LogId id = identity.id();
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, FileKind.SEGMENT.magic());
    bytes.putShort(4, FileKind.VERSION);
    bytes.putShort(6, (short) BYTES);
    bytes.putLong(8, id.topicId().getMostSignificantBits());
    bytes.putLong(16, id.topicId().getLeastSignificantBits());
    bytes.putInt(24, id.partition());
    bytes.putInt(28, capacityBytes);
    bytes.putLong(32, baseOffset);
    identity.key().write(bytes, KEY_AT);
    bytes.putInt(CRC_AT, crc(bytes));
    return bytes;
  }

  /**
   * Reads the header of a segment file.
   *
   * @throws io.millrace.storage.StorageException as {@link #decode}; {@code STORAGE_FAILED}
   */
  static SegmentHeader read(Path file, PositionalRead reads) {
    try (SegmentChannel channel = SegmentChannel.open(file, reads)) {
      ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
      return decode(channel.read(header, 0), file);
    } catch (IOException e) {
      throw DiskFailure.of("read", file, e);
    }
  }

  /**
   * Decodes the header at the start of a heap buffer.
   *
   * @throws io.millrace.storage.StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code
   *     LOG_TOO_OLD}
   */
  static SegmentHeader decode(ByteBuffer bytes, Path file) {
    if (bytes.limit() < BYTES) {
      throw FileKind.SEGMENT.corrupt(
          file, bytes.limit() + " bytes, shorter than a header of " + BYTES);
    }
    if (isOnlyVersionDamaged(bytes)) {
      throw FileKind.SEGMENT.corrupt(file, FileKind.VERSION_DAMAGED);
    }
    FileKind.SEGMENT.require(bytes.getInt(0), bytes.getShort(4), file);
    if (bytes.getInt(CRC_AT) != crc(bytes)) {
      throw FileKind.SEGMENT.corrupt(file, "its header's checksum does not match");
    }
    int partition = bytes.getInt(24);
    if (bytes.getShort(6) != BYTES || partition < 0) {
      throw FileKind.SEGMENT.corrupt(file, "its header has values that are not allowed");
    }
    LogId id = new LogId(new UUID(bytes.getLong(8), bytes.getLong(16)), partition);
    return new SegmentHeader(
        new LogIdentity(id, LogKey.read(bytes, KEY_AT)), bytes.getInt(28), bytes.getLong(32));
  }

  /**
   * Whether the checksum matches if the version is set to this build's. A match means that the file
   * has this build's version, and only the version field is damaged.
   */
  private static boolean isOnlyVersionDamaged(ByteBuffer bytes) {
    ByteBuffer repaired = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    repaired.put(0, bytes, 0, BYTES).putShort(4, FileKind.VERSION);
    return bytes.getShort(4) != FileKind.VERSION && bytes.getInt(CRC_AT) == crc(repaired);
  }

  /** Throws {@code CORRUPT_LOG} unless this header has the expected log and base offset. */
  public void require(LogIdentity expected, long expectedBaseOffset, Path file) {
    if (!identity.id().equals(expected.id()) || baseOffset != expectedBaseOffset) {
      throw FileKind.SEGMENT.corrupt(
          file,
          "it says log "
              + identity.id()
              + " from offset "
              + baseOffset
              + ", expected log "
              + expected.id()
              + " from offset "
              + expectedBaseOffset
              + "; was it copied from elsewhere?");
    }
    if (!identity.key().equals(expected.key())) {
      throw FileKind.SEGMENT.corrupt(
          file, "it has another key than the log's manifest; was it copied from elsewhere?");
    }
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), bytes.arrayOffset(), CRC_AT);
    return (int) crc.getValue();
  }
}
