package io.millrace.cli.format;

import java.time.Duration;
import java.util.Locale;

/** A duration for people, in one unit and two or three digits: {@code 1.5 ms}, {@code -20 s}. */
public final class RoughDuration {

  private static final double SECOND = 1e6;
  private static final double MINUTE = 60 * SECOND;
  private static final double HOUR = 60 * MINUTE;
  private static final double DAY = 24 * HOUR;

  private RoughDuration() {}

  /** The text of a duration, which may be negative. */
  public static String of(Duration duration) {
    double micros = duration.getSeconds() * SECOND + duration.getNano() / 1000.0;
    double size = Math.abs(micros);
    if (size < SECOND) {
      return text(micros / 1000, "ms");
    } else if (size < 2 * MINUTE) {
      return text(micros / SECOND, "s");
    } else if (size < 2 * HOUR) {
      return text(micros / MINUTE, "min");
    } else if (size < 2 * DAY) {
      return text(micros / HOUR, "h");
    }
    return text(micros / DAY, "d");
  }

  private static String text(double number, String unit) {
    return number(number) + " " + unit;
  }

  /** A number with one digit after the point below 10, and none above. */
  public static String number(double number) {
    String form = Math.abs(number) < 9.95 ? "%.1f" : "%.0f";
    String text = String.format(Locale.ROOT, form, number);
    return text.equals("-0.0") ? "0.0" : text;
  }
}
