package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The end of a log when it was last closed cleanly. On disk it is a {@link ChecksummedFile}, named
 * after the log, with this body:
 *
 * <pre>
 *  0  i64  end offset
 *  8  i64  segment     base offset of the last segment
 * 16  i32  position    of the end in that segment
 * 20  i32  epoch       of the opening that was closed
 * </pre>
 *
 * <p>It is written after everything before the end is durable, and deleted before anything after
 * the end becomes durable. It needs no fsync: without it, recovery checks the log's tail.
 */
public record ClosedMark(long endOffset, long segment, int position, int epoch) {

  private static final int BYTES = 24;

  /** The mark of a log; empty if there is none. */
  public static Optional<ClosedMark> read(LogDirectory log) {
    return ChecksummedFile.read(log.closedMark(), FileKind.CLOSED, log.name())
        .map(body -> decode(body, log.closedMark()));
  }

  private static ClosedMark decode(ByteBuffer body, Path file) {
    if (body.limit() != BYTES) {
      throw FileKind.CLOSED.corrupt(file, "its body has " + body.limit() + " bytes");
    }
    return new ClosedMark(body.getLong(0), body.getLong(8), body.getInt(16), body.getInt(20));
  }

  /**
   * Whether the log still ends here. A batch that was appended after the close would be at the
   * position of the end.
   *
   * @param durable every batch below this offset is known to be durable
   */
  public boolean matches(StoredSegment newest, long durable) {
    return segment == newest.baseOffset()
        && endOffset >= newest.baseOffset()
        && position >= SegmentHeader.BYTES
        && position <= newest.bytes()
        && durable <= endOffset
        && newest.isZeroAt(position);
  }

  void write(LogDirectory log) {
    ByteBuffer body = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(endOffset).putLong(segment).putInt(position).putInt(epoch);
    ChecksummedFile.replaceWithoutFsync(log.closedMark(), FileKind.CLOSED, log.name(), body.flip());
  }
}
