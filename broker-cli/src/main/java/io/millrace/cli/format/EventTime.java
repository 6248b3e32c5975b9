package io.millrace.cli.format;

import static java.time.temporal.ChronoField.MICRO_OF_SECOND;

import io.millrace.protocol.IsoTime;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * The text forms of a time. Several forms are read, and one is written.
 *
 * <p>Times are microseconds since 1970-01-01T00:00:00Z. A finer time is rounded to the nearest
 * microsecond, halves up. It is rounded as a decimal number, and never converted to a {@code
 * double}.
 */
public final class EventTime {

  /** Bytes of a time in the years 0000 to 9999, for example 2026-11-22T09:30:00.000000Z. */
  private static final int USUAL_BYTES = 27;

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long FIRST_USUAL_DAY = LocalDate.of(0, 1, 1).toEpochDay();
  private static final long LAST_USUAL_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  /** A number with more digits before or after the point is not a time in any unit. */
  private static final int MAX_NUMBER_DIGITS = 64;

  private static final String ISO = "ISO-8601 such as 2026-11-22T09:30:00.123456Z";
  private static final String ISO_OR_NUMBER =
      ISO + ", or a number of seconds, milliseconds, microseconds or nanoseconds since 1970";

  private static final DateTimeFormatter WRITE_UNUSUAL =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .appendPattern("HH:mm:ss")
          .appendFraction(MICRO_OF_SECOND, 6, 6, true)
          .appendLiteral('Z')
          .toFormatter();

  private EventTime() {}

  /**
   * Reads a time as {@link #parseIso} does, or a number since 1970 as {@link #ofNumber} does.
   *
   * @return microseconds since 1970
   * @throws IllegalArgumentException if the text is not a time and not a number; the message says
   *     what is expected
   */
  public static long parse(String text) {
    return looksLikeNumber(text) ? ofNumber(text) : parseIso(text, ISO_OR_NUMBER);
  }

  /**
   * Reads ISO-8601 as {@link IsoTime#parse} does.
   *
   * @return microseconds since 1970
   * @throws IllegalArgumentException if the text is not a time; the message says what is expected
   */
  public static long parseIso(String text) {
    return parseIso(text, ISO);
  }

  private static long parseIso(String text, String expected) {
    long micros = parseUsual(text);
    if (micros != Long.MIN_VALUE) {
      return micros;
    }
    try {
      return ofInstant(IsoTime.parse(text).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      throw notATime(text, expected);
    }
  }

  /**
   * Reads a decimal number since 1970. Its magnitude determines its unit: seconds below 10^11
   * (until the year 5138), milliseconds below 10^14 (from 1973), microseconds below 10^17, else
   * nanoseconds.
   *
   * @return microseconds since 1970
   * @throws IllegalArgumentException if the text is not a number, or the time is out of range
   */
  public static long ofNumber(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      int digitsBeforePoint = number.precision() - number.scale();
      if (Math.abs((long) number.scale()) > MAX_NUMBER_DIGITS
          || digitsBeforePoint > MAX_NUMBER_DIGITS) {
        throw notATime(text, ISO_OR_NUMBER);
      }
      int exponent = digitsBeforePoint > 17 ? -3 : digitsBeforePoint > 14 ? 0 : 3;
      if (digitsBeforePoint <= 11) {
        exponent = 6;
      }
      return number.scaleByPowerOfTen(exponent).setScale(0, RoundingMode.HALF_UP).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw notATime(text, ISO_OR_NUMBER);
    }
  }

  /**
   * The microseconds since 1970 of an instant, rounded to the nearest.
   *
   * @throws ArithmeticException if they exceed 64 bits
   */
  public static long ofInstant(Instant instant) {
    long micros = (instant.getNano() + 500) / 1000;
    if (instant.getEpochSecond() >= 0) {
      return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND), micros);
    }
    // Counts back from the next second: the start of the second of the smallest time overflows.
    long nextSecond = Math.multiplyExact(instant.getEpochSecond() + 1, MICROS_PER_SECOND);
    return Math.addExact(nextSecond, micros - MICROS_PER_SECOND);
  }

  /** Converts microseconds since 1970 to an instant. */
  public static Instant toInstant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
  }

  /**
   * Formats a time as ISO-8601 in UTC, with six digits after the point; {@link #parse} reads it.
   */
  public static String format(long micros) {
    return new String(formatBytes(micros), StandardCharsets.US_ASCII);
  }

  /** The ASCII bytes of {@link #format}. */
  public static byte[] formatBytes(long micros) {
    long second = Math.floorDiv(micros, MICROS_PER_SECOND);
    int fraction = (int) Math.floorMod(micros, MICROS_PER_SECOND);
    long day = Math.floorDiv(second, SECONDS_PER_DAY);
    if (day < FIRST_USUAL_DAY || day > LAST_USUAL_DAY) {
      LocalDateTime time = LocalDateTime.ofEpochSecond(second, fraction * 1000, ZoneOffset.UTC);
      return WRITE_UNUSUAL.format(time).getBytes(StandardCharsets.US_ASCII);
    }
    LocalDate date = LocalDate.ofEpochDay(day);
    int secondOfDay = (int) Math.floorMod(second, SECONDS_PER_DAY);
    byte[] text = new byte[USUAL_BYTES];
    digits(text, 0, 4, date.getYear());
    text[4] = '-';
    digits(text, 5, 2, date.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, date.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, secondOfDay / 3600);
    text[13] = ':';
    digits(text, 14, 2, secondOfDay / 60 % 60);
    text[16] = ':';
    digits(text, 17, 2, secondOfDay % 60);
    text[19] = '.';
    digits(text, 20, 6, fraction);
    text[26] = 'Z';
    return text;
  }

  private static void digits(byte[] text, int at, int count, int number) {
    int rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /**
   * Parses the form that {@link #format} writes, faster than a formatter. Returns MIN_VALUE for
   * every other form, and for a day that the calendar does not have.
   */
  private static long parseUsual(String text) {
    if (text.length() != USUAL_BYTES
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || text.charAt(10) != 'T'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':'
        || text.charAt(19) != '.'
        || text.charAt(26) != 'Z') {
      return Long.MIN_VALUE;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 2);
    int day = number(text, 8, 2);
    int hour = number(text, 11, 2);
    int minute = number(text, 14, 2);
    int second = number(text, 17, 2);
    int fraction = number(text, 20, 6);
    boolean inRange = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second < 60;
    if (!inRange || (year | month | day | second | fraction) < 0) {
      return Long.MIN_VALUE;
    }
    try {
      long epochDay = LocalDate.of(year, month, day).toEpochDay();
      long epochSecond = epochDay * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second;
      return epochSecond * MICROS_PER_SECOND + fraction;
    } catch (DateTimeException e) {
      return Long.MIN_VALUE;
    }
  }

  private static int number(String text, int at, int count) {
    int number = 0;
    for (int i = at; i < at + count; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  private static boolean looksLikeNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean sign = (c == '-' || c == '+') && (i == 0 || "eE".indexOf(text.charAt(i - 1)) >= 0);
      if (!sign && "0123456789.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static IllegalArgumentException notATime(String text, String expected) {
    String shown = text.length() <= 60 ? text : text.substring(0, 60) + "...";
    return new IllegalArgumentException("'" + shown + "' is not a time; expected " + expected);
  }
}
