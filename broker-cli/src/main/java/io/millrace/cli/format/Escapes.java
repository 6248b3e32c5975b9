package io.millrace.cli.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Text of an option with escapes for bytes that are hard to type: {@code \n}, {@code \r}, {@code
 * \t}, {@code \0}, {@code \\} and {@code \xHH} for the byte with these two hexadecimal digits.
 */
public final class Escapes {

  /** The help text for options with such a text. */
  public static final String HELP = "\\n, \\r, \\t, \\0, \\\\ and \\xHH are escapes.";

  private Escapes() {}

  /**
   * The bytes of a text; characters that are not escaped are encoded as UTF-8.
   *
   * @throws IllegalArgumentException if an escape is unknown or incomplete
   */
  public static byte[] bytes(String text) {
    return bytes(text, 0, text.length());
  }

  /**
   * As {@link #bytes(String)}, for a part of a text. Messages name the whole text.
   *
   * @param from the index of the first character
   * @param to one past the index of the last character
   */
  static byte[] bytes(String text, int from, int to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    int at = from;
    while (at < to) {
      int escape = text.indexOf('\\', at);
      int end = escape < 0 || escape >= to ? to : escape;
      bytes.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
      at = end == to ? end : write(text, escape, to, bytes);
    }
    return bytes.toByteArray();
  }

  /** Writes the byte of an escape, and returns the position after the escape. */
  private static int write(String text, int at, int to, ByteArrayOutputStream bytes) {
    char kind = at + 1 < to ? text.charAt(at + 1) : ' ';
    switch (kind) {
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case '0' -> bytes.write(0);
      case '\\' -> bytes.write('\\');
      case 'x' -> {
        bytes.write(hexByte(text, at, to));
        return at + 4;
      }
      default ->
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' has an unknown escape at character "
                  + (at + 1)
                  + "; the escapes are \\n, \\r, \\t, \\0, \\\\ and \\xHH");
    }
    return at + 2;
  }

  private static int hexByte(String text, int at, int to) {
    if (at + 4 <= to) {
      int high = Character.digit(text.charAt(at + 2), 16);
      int low = Character.digit(text.charAt(at + 3), 16);
      if (high >= 0 && low >= 0) {
        return high << 4 | low;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' has \\x without two hexadecimal digits after it at character " + (at + 1));
  }
}
