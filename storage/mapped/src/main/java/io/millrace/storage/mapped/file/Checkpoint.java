package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * State derived from all batches below an offset, and where that offset is; a {@link
 * ChecksummedFile} with this body:
 *
 * <pre>
 *  0  i64  offset
 *  8  i64  segment         base offset of the segment in which the offset is
 * 16  i32  position        of the offset in that segment
 * 20  i32  epoch           of the opening that wrote it
 * 24  i64  durable offset  when it was written: every batch below had been forced
 * 32       state
 * </pre>
 */
public record Checkpoint(
    long offset, long segment, int position, int epoch, long durableOffset, byte[] state) {

  private static final int HEADER_BYTES = 32;

  public static Optional<Checkpoint> read(Path file) {
    return ChecksummedFile.read(file, FileKind.CHECKPOINT).map(body -> decode(body, file));
  }

  private static Checkpoint decode(ByteBuffer body, Path file) {
    if (body.limit() < HEADER_BYTES) {
      throw FileKind.CHECKPOINT.corrupt(file, "its body has only " + body.limit() + " bytes");
    }
    byte[] state = new byte[body.limit() - HEADER_BYTES];
    body.get(HEADER_BYTES, state);
    return new Checkpoint(
        body.getLong(0),
        body.getLong(8),
        body.getInt(16),
        body.getInt(20),
        body.getLong(24),
        state);
  }

  /** Replaces a file; on disk when this returns. */
  public void write(Path file, Disk disk) {
    ChecksummedFile.replace(file, FileKind.CHECKPOINT, encode(), disk);
  }

  /** Replaces a file that may be lost. */
  void writeUnforced(Path file) {
    ChecksummedFile.replaceUnforced(file, FileKind.CHECKPOINT, encode());
  }

  private ByteBuffer encode() {
    ByteBuffer body =
        ByteBuffer.allocate(HEADER_BYTES + state.length).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(offset).putLong(segment).putInt(position).putInt(epoch).putLong(durableOffset);
    return body.put(state).flip();
  }
}
