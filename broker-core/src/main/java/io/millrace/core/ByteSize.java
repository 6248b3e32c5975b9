package io.millrace.core;

import java.util.OptionalLong;

/** Numbers of bytes as people write them: {@code 10GiB}, {@code 64MiB}, {@code 4KiB}, {@code 7}. */
final class ByteSize {

  private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

  private ByteSize() {}

  /** The number of bytes; empty if the text is not a size of at most {@link Long#MAX_VALUE}. */
  static OptionalLong parse(String text) {
    for (int i = 0; i < UNITS.length; i++) {
      if (text.endsWith(UNITS[i])) {
        String number = text.substring(0, text.length() - UNITS[i].length());
        return WholeNumber.parse(number, 1L << (10 * (i + 1)));
      }
    }
    return WholeNumber.parse(text, 1);
  }

  /** The shortest exact text that {@link #parse} reads back. */
  static String format(long bytes) {
    for (int i = UNITS.length - 1; i >= 0; i--) {
      long unitBytes = 1L << (10 * (i + 1));
      if (bytes >= unitBytes && bytes % unitBytes == 0) {
        return bytes / unitBytes + UNITS[i];
      }
    }
    return Long.toString(bytes);
  }
}
