package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The envelope of the states that the broker keeps in the state store and in checkpoints: magic,
 * version and checksum. It distinguishes a damaged state from one of another version.
 *
 * <pre>
 *  0  4 bytes  magic, ASCII: the kind of state
 *  4  u16      version of the body
 *  6  u16      reserved, 0
 *  8  u32      CRC-32C of bytes [0,8) and of the body
 * 12           body
 * </pre>
 *
 * Little-endian.
 *
 * @param what names the state in messages
 * @param magic four ASCII characters
 * @param version the version that this build writes, and the only one that it reads
 */
public record StateEnvelope(String what, String magic, int version) {

  /** The version of every state that this build writes. */
  public static final int CURRENT = 2;

  private static final int MAGIC_BYTES = 4;
  private static final int HEADER_BYTES = 12;
  private static final int VERSION_AT = 4;
  private static final int CRC_AT = 8;

  /** A state of the current version. */
  public StateEnvelope(String what, String magic) {
    this(what, magic, CURRENT);
  }

  /** A buffer for the envelope and the body; its position is the beginning of the body. */
  public ByteBuffer begin(int bodyBytes) {
    return ByteBuffer.allocate(HEADER_BYTES + bodyBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(magicBytes())
        .putShort((short) version)
        .putShort((short) 0)
        .putInt(0);
  }

  /** Writes the checksum of a body that fills the buffer of {@link #begin}. */
  public byte[] seal(ByteBuffer state) {
    if (state.hasRemaining()) {
      throw new IllegalStateException(what + " has " + state.remaining() + " bytes left to write");
    }
    state.putInt(CRC_AT, crc(state.array()));
    return state.array();
  }

  /**
   * Checks the envelope.
   *
   * @return the state; its position is the beginning of the body
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW} or {@code LOG_TOO_OLD}
   */
  public ByteBuffer open(byte[] sealed) {
    if (sealed.length < HEADER_BYTES) {
      throw corrupt("it has " + sealed.length + " bytes, fewer than its header");
    }
    ByteBuffer state = ByteBuffer.wrap(sealed).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(sealed, 0, MAGIC_BYTES, magicBytes(), 0, MAGIC_BYTES)) {
      throw corrupt("it does not begin with " + magic);
    }
    if (state.getInt(CRC_AT) != crc(sealed)) {
      throw corrupt("its checksum is " + state.getInt(CRC_AT) + ", expected " + crc(sealed));
    }
    int stored = state.getShort(VERSION_AT) & 0xFFFF;
    if (stored > version) {
      throw otherVersion(ErrorCode.LOG_TOO_NEW, stored, "start the newer build that wrote it");
    }
    if (stored < version) {
      throw otherVersion(
          ErrorCode.LOG_TOO_OLD,
          stored,
          "this build does not convert it: read it with the build that wrote it");
    }
    return state.position(HEADER_BYTES);
  }

  private StorageException otherVersion(ErrorCode code, int stored, String nextStep) {
    return new StorageException(
        code,
        what
            + " has version "
            + stored
            + "; this build reads only version "
            + version
            + "; "
            + nextStep);
  }

  /** The exception for a body that contradicts itself. */
  public StorageException corrupt(String how) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        what + " is damaged: " + how + "; restore it from a copy of the data directory");
  }

  private byte[] magicBytes() {
    return magic.getBytes(StandardCharsets.US_ASCII);
  }

  private static int crc(byte[] sealed) {
    CRC32C crc = new CRC32C();
    crc.update(sealed, 0, CRC_AT);
    crc.update(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
