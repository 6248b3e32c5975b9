package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Encodes sources as UTF-8, 1 to 255 bytes. */
public final class SourceEncoder {

  private static final int MAX_BYTES = 255;

  private SourceEncoder() {}

  /**
   * Encodes a source.
   *
   * @throws MillraceException {@code INVALID_SOURCE} if it is empty, too long, or not well-formed
   *     UTF-16
   */
  public static byte[] encode(String source) {
    byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < 1 || bytes.length > MAX_BYTES) {
      throw invalid(
          "a source must have 1 to " + MAX_BYTES + " bytes of UTF-8, not " + bytes.length);
    }
    if (bytes.length != source.length()) {
      requireWellFormed(source);
    } else if (hasSurrogate(source)) {
      throw invalid("a source must be well-formed UTF-16");
    }
    return bytes;
  }

  /** Refuses a string that has an unpaired surrogate, which would be encoded as {@code '?'}. */
  private static void requireWellFormed(String source) {
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(source));
    } catch (CharacterCodingException e) {
      throw invalid("a source must be well-formed UTF-16");
    }
  }

  private static boolean hasSurrogate(String source) {
    return source.chars().anyMatch(c -> Character.isSurrogate((char) c));
  }

  private static MillraceException invalid(String message) {
    return new MillraceException(ErrorCode.INVALID_SOURCE, message + "; use another source");
  }
}
