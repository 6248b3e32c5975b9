package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.FileReason;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file with a checksum. Each write replaces the whole file. Only if the disk has no space
 * for a second file, {@link #replaceOrOverwrite} changes it in place.
 *
 * <pre>
 *  0  u32  magic     of its kind
 *  4  u16  version
 *  6  u16  reserved  0
 *  8  i32  body bytes
 * 12  u32  CRC-32C of bytes [0,12), the name of what the file is about, and the body
 * 16       body
 * </pre>
 *
 * Little-endian.
 */
public final class ChecksummedFile {

  static final int HEADER_BYTES = 16;

  private static final int CRC_AT = 12;

  /** No file system has smaller blocks. */
  private static final int SECTOR_BYTES = 512;

  /** The usual size of a block. If blocks are smaller, an overwriting may fail half way. */
  private static final int BLOCK_BYTES = 4096;

  /** The name for a kind of which a data directory has one file, or whose body has the name. */
  private static final String NO_NAME = "";

  private ChecksummedFile() {}

  /** As {@link #read(Path, FileKind, String)}, for a kind without a name. */
  public static Optional<ByteBuffer> read(Path file, FileKind kind) {
    return read(file, kind, NO_NAME);
  }

  /**
   * The body, little-endian, from position 0; empty if there is no such file.
   *
   * @param name what the file is about, ASCII: a state, a log, or a segment of a log. The checksum
   *     covers it, so the file of another one is damage
   * @throws StorageException {@code CORRUPT_LOG}, also for a file that is longer than its header
   *     states or than its kind allows; {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  static Optional<ByteBuffer> read(Path file, FileKind kind, String name) {
    byte[] bytes;
    try (FileChannel channel = FileChannel.open(file)) {
      bytes = readAll(channel, file, kind);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DiskFailure.of("read", file, e);
    }
    if (bytes.length < HEADER_BYTES) {
      throw kind.corrupt(file, bytes.length + " bytes, expected at least " + HEADER_BYTES);
    }
    ByteBuffer whole = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (isOnlyVersionDamaged(whole, name)) {
      throw kind.corrupt(file, FileKind.VERSION_DAMAGED);
    }
    kind.require(whole.getInt(0), whole.getShort(4), file);
    if (whole.getInt(CRC_AT) != crc(whole, name)) {
      throw kind.corrupt(
          file,
          name.isEmpty()
              ? "its checksum does not match its bytes"
              : "its checksum does not match its bytes and its name, " + name);
    }
    return Optional.of(
        whole.slice(HEADER_BYTES, whole.capacity() - HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN));
  }

  /**
   * Reads the header, and then the body if the file has the length that the header states. Bytes
   * that the disk cannot read count as damage.
   */
  private static byte[] readAll(FileChannel channel, Path file, FileKind kind) {
    try {
      long size = channel.size();
      byte[] header = read(channel, (int) Math.min(size, HEADER_BYTES));
      if (header.length < HEADER_BYTES) {
        return header;
      }
      requireLength(ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN), size, file, kind);
      return read(channel, (int) size);
    } catch (IOException e) {
      throw kind.corrupt(file, "it cannot be read (" + FileReason.of(e) + ")");
    }
  }

  /** Throws unless the file has the length that its header states, and its kind allows it. */
  private static void requireLength(ByteBuffer header, long size, Path file, FileKind kind) {
    long bodyBytes = size - HEADER_BYTES;
    int stated = header.getInt(8);
    if (bodyBytes == stated && bodyBytes <= kind.maxBodyBytes()) {
      return;
    }
    kind.require(header.getInt(0), header.getShort(4), file);
    throw kind.corrupt(
        file,
        bodyBytes == stated
            ? bodyBytes + " body bytes, the most allowed are " + kind.maxBodyBytes()
            : bodyBytes + " body bytes, its header says " + stated);
  }

  /** Reads this number of bytes from the beginning, or fewer if the file ends before. */
  private static byte[] read(FileChannel channel, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      // A read may return fewer bytes than there are.
    }
    return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
  }

  /**
   * Whether the checksum matches if the version is set to this build's. A match means that the file
   * has this build's version, and only the version field is damaged.
   */
  private static boolean isOnlyVersionDamaged(ByteBuffer whole, String name) {
    if (whole.getShort(4) == FileKind.VERSION) {
      return false;
    }
    ByteBuffer repaired = ByteBuffer.wrap(whole.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
    repaired.putShort(4, FileKind.VERSION);
    return whole.getInt(CRC_AT) == crc(repaired, name);
  }

  /** As {@link #replace(Path, FileKind, String, ByteBuffer, Disk)}, without a name. */
  static void replace(Path file, FileKind kind, ByteBuffer body, Disk disk) {
    replace(file, kind, NO_NAME, body, disk);
  }

  /** Replaces the file durably. After a crash the old or the new file is there, complete. */
  static void replace(Path file, FileKind kind, String name, ByteBuffer body, Disk disk) {
    replace(file, frame(kind, name, body), disk);
  }

  private static void replace(Path file, ByteBuffer whole, Disk disk) {
    try {
      rename(writeTemporary(file, whole, disk), file);
      disk.fsyncDirectory(file.getParent());
    } catch (IOException e) {
      throw DiskFailure.of("replace", file, e);
    }
  }

  private static void rename(Path temporary, Path file) throws IOException {
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** As {@link #replaceOrOverwrite(Path, FileKind, String, ByteBuffer, Disk)}, without a name. */
  static void replaceOrOverwrite(Path file, FileKind kind, ByteBuffer body, Disk disk) {
    replaceOrOverwrite(file, kind, NO_NAME, body, disk);
  }

  /**
   * Replaces the file durably. If the disk has no space or no inode for a second file, and the new
   * content fits into the sectors of the old one, overwrites the file in place. A crash while it is
   * overwritten may damage it, so there must be another way to its content then.
   *
   * @throws StorageException {@code DISK_FULL} if neither is possible; the old content is unchanged
   */
  static void replaceOrOverwrite(
      Path file, FileKind kind, String name, ByteBuffer body, Disk disk) {
    ByteBuffer whole = frame(kind, name, body);
    try {
      replace(file, whole, disk);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.DISK_FULL || !overwrite(file, whole.rewind(), SECTOR_BYTES, disk)) {
        throw e;
      }
    }
  }

  /**
   * Overwrites the file in place, durably, for a file of a pair of which the other one is valid: a
   * failure or a crash can damage the file that is being overwritten.
   *
   * @return false if there is no such file, or it has not the blocks for the new content; then
   *     nothing was changed
   */
  static boolean overwriteOneOfPair(
      Path file, FileKind kind, String name, ByteBuffer body, Disk disk) {
    return overwrite(file, frame(kind, name, body), BLOCK_BYTES, disk);
  }

  /**
   * Returns false, and changes nothing, if there is no such file or it is too short.
   *
   * @param unit in which the file system allocates
   */
  private static boolean overwrite(Path file, ByteBuffer whole, int unit, Disk disk) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long units = (channel.size() + unit - 1) / unit;
      if (whole.remaining() > units * unit) {
        return false;
      }
      int bytes = whole.remaining();
      WholeBuffer.write(channel, whole, 0);
      channel.truncate(bytes);
      disk.fsync(file, channel);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw DiskFailure.of("overwrite", file, e);
    }
  }

  /** As {@link #replaceWithoutFsync(Path, FileKind, String, ByteBuffer)}, without a name. */
  static void replaceWithoutFsync(Path file, FileKind kind, ByteBuffer body) {
    replaceWithoutFsync(file, kind, NO_NAME, body);
  }

  /**
   * Replaces the file without an fsync. After a power failure there may be the old file, no file,
   * or a torn one that its checksum detects.
   */
  static void replaceWithoutFsync(Path file, FileKind kind, String name, ByteBuffer body) {
    try {
      rename(writeTemporary(file, frame(kind, name, body), null), file);
    } catch (IOException e) {
      throw DiskFailure.of("replace", file, e);
    }
  }

  private static Path writeTemporary(Path file, ByteBuffer whole, Disk disk) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + LogDirectory.TEMPORARY);
    try (FileChannel channel =
        OwnerOnly.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      WholeBuffer.write(channel, whole);
      if (disk != null) {
        disk.fsync(temporary, channel);
      }
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    return temporary;
  }

  private static ByteBuffer frame(FileKind kind, String name, ByteBuffer body) {
    kind.requireLength(body.remaining());
    ByteBuffer whole =
        ByteBuffer.allocate(HEADER_BYTES + body.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    whole.putInt(0, kind.magic());
    whole.putShort(4, FileKind.VERSION);
    whole.putInt(8, body.remaining());
    whole.put(HEADER_BYTES, body, body.position(), body.remaining());
    whole.putInt(CRC_AT, crc(whole, name));
    return whole;
  }

  private static int crc(ByteBuffer whole, String name) {
    CRC32C crc = new CRC32C();
    crc.update(whole.array(), 0, CRC_AT);
    crc.update(name.getBytes(StandardCharsets.US_ASCII));
    crc.update(whole.array(), HEADER_BYTES, whole.capacity() - HEADER_BYTES);
    return (int) crc.getValue();
  }
}
