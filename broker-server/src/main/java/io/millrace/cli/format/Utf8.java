package io.millrace.cli.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: what {@code String} replaces silently is told apart or refused. */
final class Utf8 {

  private Utf8() {}

  /** Whether these bytes are well-formed UTF-8 (Unicode 15, table 3-7). */
  static boolean isValid(byte[] bytes) {
    int i = 0;
    while (i < bytes.length) {
      int first = bytes[i];
      if (first >= 0) {
        i++;
        continue;
      }
      int length = sequenceLength(first & 0xff);
      if (length == 0 || i + length > bytes.length || !isSequence(bytes, i, length)) {
        return false;
      }
      i += length;
    }
    return true;
  }

  /**
   * The bytes of a text.
   *
   * @throws IllegalArgumentException if half of a surrogate pair stands alone in it, which has no
   *     UTF-8
   */
  static byte[] encode(String text) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("half of a surrogate pair (\\ud800 to \\udfff) alone", e);
    }
  }

  private static int sequenceLength(int first) {
    if (first >= 0xc2 && first <= 0xdf) {
      return 2;
    }
    if (first >= 0xe0 && first <= 0xef) {
      return 3;
    }
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  }

  private static boolean isSequence(byte[] bytes, int at, int length) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return false;
    }
    for (int i = at + 2; i < at + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        return false;
      }
    }
    return true;
  }
}
