package io.millrace.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Escapes control characters in text that is printed for people. The text may come from others: a
 * source, a field of a file, a message of the broker. It must not control the terminal, and must
 * not begin a line of its own or read backwards. Stateless.
 */
public final class Printable {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private Printable() {}

  /**
   * The text on one line. A control character is printed as {@code \\n}, {@code \\r} or {@code
   * \\xHH}.
   */
  public static String line(String text) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream(text.length());
    try {
      write(text.getBytes(StandardCharsets.UTF_8), printed);
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** Writes UTF-8 text on one line, as {@link #line}. */
  public static void write(byte[] utf8, OutputStream out) throws IOException {
    int plainFrom = 0;
    for (int i = 0; i < utf8.length; i++) {
      if (isControl(utf8, i)) {
        out.write(utf8, plainFrom, i - plainFrom);
        writeEscape(utf8[i], out);
        plainFrom = i + 1;
      }
    }
    out.write(utf8, plainFrom, utf8.length - plainFrom);
  }

  /**
   * Whether the byte belongs to a control character: C0 except the tab, DEL, or C1. In UTF-8, a C1
   * character is {@code c2}, followed by {@code 80} to {@code 9f}.
   */
  private static boolean isControl(byte[] utf8, int at) {
    int b = utf8[at];
    if (isPartOfReordering(utf8, at)) {
      return true;
    }
    if (b >= 0) {
      return b < ' ' && b != '\t' || b == 0x7f;
    }
    boolean c1Lead = (b & 0xff) == 0xc2 && at + 1 < utf8.length && (utf8[at + 1] & 0xff) < 0xa0;
    boolean c1Trail = at > 0 && (utf8[at - 1] & 0xff) == 0xc2 && (b & 0xff) < 0xa0;
    return c1Lead || c1Trail;
  }

  /**
   * Whether the byte belongs to a character that changes the direction of the text after it, so
   * that it reads as another text: U+202A to U+202E ({@code e2 80 aa} to {@code ae}) and U+2066 to
   * U+2069 ({@code e2 81 a6} to {@code a9}).
   */
  private static boolean isPartOfReordering(byte[] utf8, int at) {
    if (utf8[at] >= 0) {
      return false;
    }
    for (int from = Math.max(0, at - 2); from <= at && from + 2 < utf8.length; from++) {
      if ((utf8[from] & 0xff) == 0xe2
          && isReordering(utf8[from + 1] & 0xff, utf8[from + 2] & 0xff)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isReordering(int second, int third) {
    return second == 0x80 && third >= 0xaa && third <= 0xae
        || second == 0x81 && third >= 0xa6 && third <= 0xa9;
  }

  private static void writeEscape(byte b, OutputStream out) throws IOException {
    out.write('\\');
    switch (b) {
      case '\n' -> out.write('n');
      case '\r' -> out.write('r');
      default -> {
        out.write('x');
        out.write(HEX[b >> 4 & 0xf]);
        out.write(HEX[b & 0xf]);
      }
    }
  }
}
