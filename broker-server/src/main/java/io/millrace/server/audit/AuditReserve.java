package io.millrace.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file of fixed size that takes lines while the disk is full. Its bytes are written when it is
 * made, so that later writes need no space. One thread.
 *
 * <pre>
 * magic   8 bytes  "MRAUDIT" and the version, 1
 * entry   u32 length of the line, u32 CRC-32C of the line, the line in UTF-8
 * ...
 * end     u32 0
 * </pre>
 *
 * <p>What follows the end, or an entry that is not whole, is ignored.
 */
final class AuditReserve implements AutoCloseable {

  static final int HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 8;
  private static final int END_BYTES = 4;
  private static final byte[] MAGIC = {'M', 'R', 'A', 'U', 'D', 'I', 'T', 1};
  private static final int CHUNK_BYTES = 64 * 1024;

  private final FileChannel file;
  private final long size;
  private long end;

  private AuditReserve(FileChannel file, long size) {
    this.file = file;
    this.size = size;
  }

  /**
   * Opens the file, or makes it. The lines of an earlier process are kept.
   *
   * @param bytes size of the file, at least 1 KiB
   * @throws IOException also if the file system has no space for the file
   */
  static AuditReserve open(Path path, long bytes) throws IOException {
    FileChannel file =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      AuditReserve reserve = new AuditReserve(file, Math.max(bytes, file.size()));
      reserve.open();
      return reserve;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void open() throws IOException {
    byte[] magic = new byte[HEADER_BYTES];
    boolean isReserve = read(0, ByteBuffer.wrap(magic)) && Arrays.equals(magic, MAGIC);
    fill(isReserve ? file.size() : 0);
    if (!isReserve) {
      write(0, ByteBuffer.wrap(MAGIC));
    }
    end = HEADER_BYTES;
    for (byte[] line = lineAt(end); line != null; line = lineAt(end)) {
      end += ENTRY_BYTES + line.length;
    }
  }

  /** Writes zeros from a position to the end of the file, so that its space is allocated. */
  private void fill(long from) throws IOException {
    for (long at = from; at < size; at += CHUNK_BYTES) {
      write(at, ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, size - at)));
    }
    file.force(true);
  }

  boolean isEmpty() {
    return end == HEADER_BYTES;
  }

  /** The bytes of the lines in the file. */
  long usedBytes() {
    return end - HEADER_BYTES;
  }

  /**
   * Adds a line.
   *
   * @return false if the file is full
   */
  boolean add(String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > size - end - ENTRY_BYTES - END_BYTES) {
      return false;
    }
    ByteBuffer entry = littleEndian(ENTRY_BYTES + bytes.length + END_BYTES);
    entry.putInt(bytes.length).putInt(checksum(bytes)).put(bytes).putInt(0).flip();
    write(end, entry);
    end += ENTRY_BYTES + bytes.length;
    return true;
  }

  /** Hands over all lines in their order, and empties the file. */
  void drain(Consumer<String> lines) throws IOException {
    long at = HEADER_BYTES;
    while (at < end) {
      byte[] line = lineAt(at);
      if (line == null) {
        break; // damaged since it was written
      }
      lines.accept(new String(line, StandardCharsets.UTF_8));
      at += ENTRY_BYTES + line.length;
    }
    write(HEADER_BYTES, littleEndian(END_BYTES));
    end = HEADER_BYTES;
  }

  /** Null at the end, and for an entry that is not whole. */
  private byte[] lineAt(long at) throws IOException {
    ByteBuffer head = littleEndian(ENTRY_BYTES);
    if (!read(at, head)) {
      return null;
    }
    int length = head.getInt(0);
    if (length <= 0 || length > size - at - ENTRY_BYTES) {
      return null;
    }
    byte[] line = new byte[length];
    boolean whole = read(at + ENTRY_BYTES, ByteBuffer.wrap(line));
    return whole && checksum(line) == head.getInt(Integer.BYTES) ? line : null;
  }

  private boolean read(long position, ByteBuffer into) throws IOException {
    long at = position;
    while (into.hasRemaining()) {
      int count = file.read(into, at);
      if (count < 0) {
        return false;
      }
      at += count;
    }
    return true;
  }

  private void write(long position, ByteBuffer bytes) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
