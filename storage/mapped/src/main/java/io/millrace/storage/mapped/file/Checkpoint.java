package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * State that the log's owner derived from all batches below an offset, and the position of that
 * offset. On disk it is a {@link ChecksummedFile}, named after the log, with this body:
 *
 * <pre>
 *  0  i64  offset
 *  8  i64  segment         base offset of the segment that contains the offset
 * 16  i32  position        of the offset in that segment
 * 20  i32  epoch           of the opening that wrote it
 * 24  i64  durable offset  at the time of writing: every batch below was durable
 * 32       state
 * </pre>
 */
public record Checkpoint(
    long offset, long segment, int position, int epoch, long durableOffset, byte[] state) {

  private static final int HEADER_BYTES = 32;

  /** The checkpoint of a log; empty if there is none. */
  public static Optional<Checkpoint> read(LogDirectory log) {
    return read(log.checkpoint(), log);
  }

  /** The copy of the checkpoint of a log; empty if there is none. */
  public static Optional<Checkpoint> readCopy(LogDirectory log) {
    return read(log.checkpointCopy(), log);
  }

  private static Optional<Checkpoint> read(Path file, LogDirectory log) {
    return ChecksummedFile.read(file, FileKind.CHECKPOINT, log.name())
        .map(body -> decode(body, file));
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

  /** Replaces the checkpoint of a log durably. */
  public void write(LogDirectory log, Disk disk) {
    ChecksummedFile.replace(log.checkpoint(), FileKind.CHECKPOINT, log.name(), encode(), disk);
  }

  /** Replaces the copy of the checkpoint of a log, without an fsync. */
  void writeCopy(LogDirectory log) {
    ChecksummedFile.replaceWithoutFsync(
        log.checkpointCopy(), FileKind.CHECKPOINT, log.name(), encode());
  }

  /**
   * Overwrites one of the two files in place, as {@link ChecksummedFile#overwriteOneOfPair}.
   *
   * @param file the checkpoint or its copy
   */
  boolean overwrite(Path file, LogDirectory log, Disk disk) {
    return ChecksummedFile.overwriteOneOfPair(
        file, FileKind.CHECKPOINT, log.name(), encode(), disk);
  }

  private ByteBuffer encode() {
    ByteBuffer body =
        ByteBuffer.allocate(HEADER_BYTES + state.length).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(offset).putLong(segment).putInt(position).putInt(epoch).putLong(durableOffset);
    return body.put(state).flip();
  }
}
