package io.millrace.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of a number of bytes: a whole number with one of the units {@code B}, {@code KiB},
 * {@code MiB}, {@code GiB}, {@code TiB} (powers of 1024). Without a unit the number is in bytes.
 */
public final class ByteSize {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,18})\\s*(B|KiB|MiB|GiB|TiB)?");
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private ByteSize() {}

  /**
   * Parses a number of bytes.
   *
   * @return 0 to {@link Long#MAX_VALUE}
   * @throws IllegalArgumentException if the text is not a size; the message states the format
   */
  public static long parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw notASize(text, null);
    }
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unitBytes(matcher.group(2)));
    } catch (ArithmeticException e) {
      throw notASize(text, e);
    }
  }

  /** The shortest text from which {@link #parse} gives the same number. */
  public static String format(long bytes) {
    int unit = 0;
    long count = bytes;
    while (count != 0 && count % 1024 == 0 && unit < UNITS.length - 1) {
      count /= 1024;
      unit++;
    }
    return count + UNITS[unit];
  }

  private static long unitBytes(String unit) {
    long bytes = 1;
    for (int i = 0; unit != null && !UNITS[i].equals(unit); i++) {
      bytes *= 1024;
    }
    return bytes;
  }

  private static IllegalArgumentException notASize(String text, Throwable cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a size; expected a whole number with B, KiB, MiB, GiB or TiB, such as 4MiB",
        cause);
  }
}
