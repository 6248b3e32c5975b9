package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands at a place in a log: a whole batch that nothing has damaged since it was stored, or
 * not. Decided by the header's shape and the two checksums; the records are not read.
 *
 * @param state what was found
 * @param length bytes from the probed position that the batch takes ({@code VALID}) or needs
 *     ({@code INCOMPLETE}); otherwise 0
 * @param why the finding in words, for people; empty if {@code VALID}
 */
public record BatchProbe(State state, int length, String why) {

  /** What stands at a place in a log. */
  public enum State {
    /** A whole batch; both checksums match. */
    VALID,
    /** The beginning of a batch that goes on behind the bytes available. */
    INCOMPLETE,
    /** Zeros where a header would stand: nothing was written here. */
    ABSENT,
    /** A batch whose header is intact, of a version that this build does not know. */
    TOO_NEW,
    /** Anything else: damaged or torn. */
    INVALID
  }

  /**
   * Looks at the bytes from the absolute position {@code at}; the buffer's own position, limit and
   * byte order do not matter and stay.
   *
   * @param available bytes from {@code at} that may be looked at, inside the buffer's capacity
   */
  public static BatchProbe at(ByteBuffer buffer, int at, int available) {
    ByteBuffer bytes = buffer.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
    if (available < BatchHeader.BYTES) {
      return new BatchProbe(
          State.INCOMPLETE,
          BatchHeader.BYTES,
          "a batch header has " + BatchHeader.BYTES + " bytes; available " + available);
    }
    if (isZero(bytes, at)) {
      return new BatchProbe(State.ABSENT, 0, "no batch: zeros");
    }
    String breach = headerBreach(bytes, at);
    if (breach != null) {
      return new BatchProbe(State.INVALID, 0, breach);
    }
    if (BatchRules.isNewer(bytes, at)) {
      return new BatchProbe(State.TOO_NEW, 0, BatchRules.identityBreach(bytes, at));
    }
    int length = BatchHeader.length(bytes, at);
    if (length > available) {
      return new BatchProbe(
          State.INCOMPLETE, length, "the batch has " + length + " bytes; available " + available);
    }
    breach = BatchRules.payloadCrcBreach(bytes, at);
    return breach == null
        ? new BatchProbe(State.VALID, length, "")
        : new BatchProbe(State.INVALID, 0, breach);
  }

  private static String headerBreach(ByteBuffer bytes, int at) {
    String breach = BatchRules.isNewer(bytes, at) ? null : BatchRules.identityBreach(bytes, at);
    if (breach == null) {
      breach = BatchRules.headerCrcBreach(bytes, at);
    }
    return breach == null ? BatchRules.lengthBreach(bytes, at) : breach;
  }

  private static boolean isZero(ByteBuffer bytes, int at) {
    for (int i = 0; i < BatchHeader.BYTES; i += Long.BYTES) {
      if (bytes.getLong(at + i) != 0) {
        return false;
      }
    }
    return true;
  }
}
