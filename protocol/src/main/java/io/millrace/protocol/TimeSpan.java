package io.millrace.protocol;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of a duration: a whole number with one of the units {@code ms}, {@code s}, {@code
 * m}, {@code h}, {@code d} (a day has 24 hours), {@code w}.
 */
public final class TimeSpan {

  /** The units, as messages name them. */
  public static final String UNITS = "ms, s, m, h, d or w";

  private static final String BLANKS_AND_UNIT = "\\s*(ms|s|m|h|d|w)";
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})" + BLANKS_AND_UNIT);
  private static final Pattern ANY_LENGTH = Pattern.compile("\\d+" + BLANKS_AND_UNIT);

  /** The longest duration whose milliseconds fit in a long. */
  private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

  private enum Unit {
    w(604_800_000),
    d(86_400_000),
    h(3_600_000),
    m(60_000),
    s(1000),
    ms(1);

    private final long millis;

    Unit(long millis) {
      this.millis = millis;
    }
  }

  private TimeSpan() {}

  /**
   * Parses a duration.
   *
   * @return whole milliseconds
   * @throws IllegalArgumentException if the text is not a duration; the message states the format
   */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a duration; expected a whole number with "
              + UNITS
              + ", such as 10s");
    }
    Unit unit = Unit.valueOf(matcher.group(2));
    return Duration.ofMillis(Long.parseLong(matcher.group(1)) * unit.millis);
  }

  /** Whether a text is a whole number with a unit; {@link #parse} can still refuse the number. */
  public static boolean hasUnit(String text) {
    return ANY_LENGTH.matcher(text).matches();
  }

  /**
   * The shortest text without weeks from which {@link #parse} gives the same number of
   * milliseconds. A duration of more than 292 million years has the text of {@link
   * Duration#toString}.
   */
  public static String format(Duration duration) {
    if (duration.compareTo(LONGEST) > 0) {
      return duration.toString();
    }
    long millis = duration.toMillis();
    for (Unit unit : Unit.values()) {
      if (unit != Unit.w && millis != 0 && millis % unit.millis == 0) {
        return millis / unit.millis + unit.name();
      }
    }
    return "0s";
  }
}
