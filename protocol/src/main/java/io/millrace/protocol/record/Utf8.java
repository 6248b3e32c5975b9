package io.millrace.protocol.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A strict UTF-8 codec without intermediate arrays. It reports bytes that are not well-formed
 * (Unicode 15, table 3-7) and never replaces them.
 */
public final class Utf8 {

  private Utf8() {}

  /**
   * Number of bytes of the encoded text.
   *
   * @throws IllegalArgumentException if the text has half a surrogate pair
   */
  public static int length(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (isPairAt(text, i)) {
        bytes += 4;
        i++;
      } else {
        throw new IllegalArgumentException(
            "half a surrogate pair at index " + i + " cannot be encoded as UTF-8");
      }
    }
    return bytes;
  }

  /**
   * Writes text that {@link #length} accepts.
   *
   * @return the position after the text
   */
  static int put(ByteBuffer buffer, int at, String text) {
    int position = at;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        buffer.put(position++, (byte) c);
      } else if (c < 0x800) {
        buffer.put(position++, (byte) (0xC0 | c >> 6));
        buffer.put(position++, (byte) (0x80 | c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        buffer.put(position++, (byte) (0xE0 | c >> 12));
        buffer.put(position++, (byte) (0x80 | c >> 6 & 0x3F));
        buffer.put(position++, (byte) (0x80 | c & 0x3F));
      } else {
        int point = text.codePointAt(i++);
        buffer.put(position++, (byte) (0xF0 | point >> 18));
        buffer.put(position++, (byte) (0x80 | point >> 12 & 0x3F));
        buffer.put(position++, (byte) (0x80 | point >> 6 & 0x3F));
        buffer.put(position++, (byte) (0x80 | point & 0x3F));
      }
    }
    return position;
  }

  /** Whether the bytes are well-formed. The caller has checked that the buffer has them. */
  public static boolean isValid(ByteBuffer buffer, int at, int length) {
    int end = at + length;
    int i = at;
    while (i < end) {
      int lead = buffer.get(i++) & 0xFF;
      if (lead < 0x80) {
        continue;
      }
      int more = lead < 0xC2 ? -1 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF5 ? 3 : -1;
      if (more < 0 || more > end - i || !isSecondByte(lead, buffer.get(i) & 0xFF)) {
        return false;
      }
      for (int last = i + more; i < last; i++) {
        if ((buffer.get(i) & 0xC0) != 0x80) {
          return false;
        }
      }
    }
    return true;
  }

  /** Decodes bytes that {@link #isValid} accepts. */
  static String get(ByteBuffer buffer, int at, int length) {
    byte[] bytes = new byte[length];
    buffer.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static boolean isPairAt(String text, int i) {
    return i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
  }

  /**
   * Whether the second byte is allowed after the lead byte. It excludes over-long forms, surrogates
   * and code points above U+10FFFF.
   */
  private static boolean isSecondByte(int lead, int second) {
    return switch (lead) {
      case 0xE0 -> second >= 0xA0;
      case 0xED -> second <= 0x9F;
      case 0xF0 -> second >= 0x90;
      case 0xF4 -> second <= 0x8F;
      default -> true;
    };
  }
}
