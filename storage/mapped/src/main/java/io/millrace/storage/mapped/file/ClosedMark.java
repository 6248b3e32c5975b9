package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Says that a log was closed in order and where it ended; a {@link ChecksummedFile} with this body:
 *
 * <pre>
 *  0  i64  end offset
 *  8  i64  segment     base offset of the last segment
 * 16  i32  position    of the end in that segment
 * 20  i32  epoch       of the opening that wrote it
 * </pre>
 *
 * Written after everything before the end was forced, and withdrawn before anything after it is
 * said to be durable. It need not be forced itself: without it, the log's tail is scanned.
 */
public record ClosedMark(long endOffset, long segment, int position, int epoch) {

  private static final int BYTES = 24;

  public static Optional<ClosedMark> read(Path file) {
    return ChecksummedFile.read(file, FileKind.CLOSED).map(body -> decode(body, file));
  }

  private static ClosedMark decode(ByteBuffer body, Path file) {
    if (body.limit() != BYTES) {
      throw FileKind.CLOSED.corrupt(file, "its body has " + body.limit() + " bytes");
    }
    return new ClosedMark(body.getLong(0), body.getLong(8), body.getInt(16), body.getInt(20));
  }

  /**
   * Whether the log still ends here: what was appended after the close shows itself behind it.
   *
   * @param synced the largest offset below which everything is known to have been forced
   */
  public boolean fits(StoredSegment newest, long synced) {
    return segment == newest.baseOffset()
        && endOffset >= newest.baseOffset()
        && position >= SegmentHeader.BYTES
        && position <= newest.bytes()
        && synced <= endOffset
        && newest.isZeroAt(position);
  }

  void write(Path file) {
    ByteBuffer body = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(endOffset).putLong(segment).putInt(position).putInt(epoch);
    ChecksummedFile.replaceUnforced(file, FileKind.CLOSED, body.flip());
  }
}
