package io.millrace.filter;

import java.nio.charset.StandardCharsets;

/** Decodes the escapes of JSON strings. */
final class JsonEscapes {

  private static final int ESCAPED_UNIT_BYTES = 6;

  private JsonEscapes() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Decodes a string whose escapes are valid. Other bytes are copied as they are. Half a surrogate
   * pair becomes the three bytes that UTF-8 would have for it, so that different strings stay
   * different.
   *
   * @param target at least {@code to - from} bytes: no escape is shorter than what it means
   * @return length of the decoded string
   */
  static int decode(byte[] text, int from, int to, byte[] target) {
    int length = 0;
    int at = from;
    while (at < to) {
      byte b = text[at];
      if (b != '\\') {
        target[length++] = b;
        at++;
      } else if (text[at + 1] != 'u') {
        target[length++] = meaning(text[at + 1]);
        at += 2;
      } else {
        int point = unit(text, at);
        at += ESCAPED_UNIT_BYTES;
        if (Character.isHighSurrogate((char) point) && isLowHalf(text, at, to)) {
          point = Character.toCodePoint((char) point, (char) unit(text, at));
          at += ESCAPED_UNIT_BYTES;
        }
        length = put(point, target, length);
      }
    }
    return length;
  }

  private static boolean isLowHalf(byte[] text, int at, int to) {
    return to - at >= ESCAPED_UNIT_BYTES
        && text[at] == '\\'
        && text[at + 1] == 'u'
        && Character.isLowSurrogate((char) unit(text, at));
  }

  private static int unit(byte[] text, int escapeAt) {
    int unit = 0;
    for (int i = escapeAt + 2; i < escapeAt + ESCAPED_UNIT_BYTES; i++) {
      unit = unit << 4 | Character.digit(text[i], 16);
    }
    return unit;
  }

  private static byte meaning(byte escape) {
    return switch (escape) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escape;
    };
  }

  private static int put(int point, byte[] target, int at) {
    int length = at;
    if (point < 0x80) {
      target[length++] = (byte) point;
    } else if (point < 0x800) {
      target[length++] = (byte) (0xC0 | point >> 6);
      target[length++] = (byte) (0x80 | point & 0x3F);
    } else if (point < 0x10000) {
      target[length++] = (byte) (0xE0 | point >> 12);
      target[length++] = (byte) (0x80 | point >> 6 & 0x3F);
      target[length++] = (byte) (0x80 | point & 0x3F);
    } else {
      target[length++] = (byte) (0xF0 | point >> 18);
      target[length++] = (byte) (0x80 | point >> 12 & 0x3F);
      target[length++] = (byte) (0x80 | point >> 6 & 0x3F);
      target[length++] = (byte) (0x80 | point & 0x3F);
    }
    return length;
  }
}
