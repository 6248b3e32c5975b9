package io.millrace.storage.mapped.file;

import io.millrace.storage.LogId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * The facts about a log that do not depend on its batches. On disk it is a {@link ChecksummedFile}
 * with this body:
 *
 * <pre>
 *  0  i64  topic id, most significant bits
 *  8  i64  topic id, least significant bits
 * 16  i32  partition
 * 20  i32  reserved  0
 * 24       key       16 bytes
 * </pre>
 */
record LogManifest(LogIdentity identity) {

  private static final int BODY_BYTES = 40;
  private static final int KEY_AT = 24;

  /**
   * Reads a manifest; empty if there is no such file.
   *
   * @throws io.millrace.storage.StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code
   *     LOG_TOO_OLD}
   */
  static Optional<LogManifest> read(Path file) {
    return ChecksummedFile.read(file, FileKind.MANIFEST).map(body -> decode(body, file));
  }

  private static LogManifest decode(ByteBuffer body, Path file) {
    if (body.limit() != BODY_BYTES || body.getInt(16) < 0) {
      throw FileKind.MANIFEST.corrupt(file, "its body has values that are not allowed");
    }
    LogId id = new LogId(new UUID(body.getLong(0), body.getLong(8)), body.getInt(16));
    return new LogManifest(new LogIdentity(id, LogKey.read(body, KEY_AT)));
  }

  /** Replaces a file durably. */
  void write(Path file, Disk disk) {
    ChecksummedFile.replace(file, FileKind.MANIFEST, encode(), disk);
  }

  /** Replaces a file without an fsync. */
  void writeWithoutFsync(Path file) {
    ChecksummedFile.replaceWithoutFsync(file, FileKind.MANIFEST, encode());
  }

  private ByteBuffer encode() {
    ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    UUID topic = identity.id().topicId();
    body.putLong(0, topic.getMostSignificantBits()).putLong(8, topic.getLeastSignificantBits());
    body.putInt(16, identity.id().partition());
    identity.key().write(body, KEY_AT);
    return body;
  }
}
