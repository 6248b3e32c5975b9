package io.millrace.cli.format;

import io.millrace.protocol.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: an event time, or a duration before now. */
public final class TimeArgument {

  private static final String EXPECTED_DURATION =
      "a duration before now: a whole number with " + TimeSpan.UNITS + ", such as 90m";

  /** From 2001 on, seconds since 1970 have this many digits. */
  private static final String NUMBER_OF_A_TIME = "\\d{10,}(\\.\\d+)?";

  private TimeArgument() {}

  /**
   * Reads a time, or a duration before now.
   *
   * @return microseconds since 1970
   * @throws IllegalArgumentException if the text is not a time and not a duration, or is out of
   *     range; the message says what is expected
   */
  public static long parse(String text) {
    if (!TimeSpan.hasUnit(text)) {
      try {
        return EventTime.parseIso(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            e.getMessage() + ", or " + EXPECTED_DURATION + meaning(text), e);
      }
    }
    try {
      return EventTime.ofInstant(Instant.now().minus(TimeSpan.parse(text)));
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is too long; the earliest time is in the year -290308", e);
    }
  }

  /** What a number would be as a time. Alone it is refused, because elsewhere it is an offset. */
  private static String meaning(String text) {
    if (!text.matches(NUMBER_OF_A_TIME)) {
      return "";
    }
    try {
      return "; as a number since 1970, it is " + EventTime.format(EventTime.ofNumber(text));
    } catch (IllegalArgumentException e) {
      return ""; // It is too large to be a time.
    }
  }

  /**
   * The refusal of a word that is none of the forms of an option, among which is a time.
   *
   * @param forms the forms, as the help of the option has them
   */
  public static TypeConversionException notOneOf(String forms, String text) {
    return new TypeConversionException(
        "'"
            + text
            + "' is not one of: "
            + forms
            + " A duration has the unit "
            + TimeSpan.UNITS
            + ".");
  }

  /** Converts an option to microseconds since 1970. */
  public static final class Converter implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
