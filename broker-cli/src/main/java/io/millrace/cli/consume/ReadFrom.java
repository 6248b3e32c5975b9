package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.client.StartPosition;
import io.millrace.protocol.TimeSpan;
import java.time.DateTimeException;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The value of {@code consume --from}: the position of the first event.
 *
 * @param position the start position of the subscription
 * @param notBeforeMicros the command skips events with an earlier event time. The log has such
 *     events after the start position if producers do not send in the order of event times
 */
record ReadFrom(StartPosition position, long notBeforeMicros) {

  static final String HELP =
      "earliest, latest, an offset, an event time (ISO-8601), or a duration before now (10m, 2h,"
          + " 7d).";

  static ReadFrom time(long micros) {
    return new ReadFrom(StartPosition.timestamp(EventTime.toInstant(micros)), micros);
  }

  /**
   * Reads a time, or a duration before now.
   *
   * @return microseconds since 1970
   * @throws IllegalArgumentException if the text is not a time and not a duration, or is out of
   *     range; the message says what is expected
   */
  static long parseTime(String text) {
    if (!isDuration(text)) {
      try {
        return EventTime.parseIso(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            e.getMessage() + ", or a duration before now (10m, 2h, 7d)", e);
      }
    }
    try {
      return EventTime.ofInstant(Instant.now().minus(TimeSpan.parse(text)));
    } catch (ArithmeticException | DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is too long; the earliest time is in the year -290308", e);
    }
  }

  private static boolean isDuration(String text) {
    return text.matches("\\d+\\s*(ms|s|m|h|d)");
  }

  /** Converts the option. */
  static final class Converter implements ITypeConverter<ReadFrom> {

    @Override
    public ReadFrom convert(String text) {
      if (text.equals("earliest")) {
        return new ReadFrom(StartPosition.earliest(), Long.MIN_VALUE);
      }
      if (text.equals("latest")) {
        return new ReadFrom(StartPosition.latest(), Long.MIN_VALUE);
      }
      if (text.matches("\\d{1,18}")) {
        return new ReadFrom(StartPosition.offset(Long.parseLong(text)), Long.MIN_VALUE);
      }
      try {
        return time(parseTime(text));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is not one of: " + HELP);
      }
    }
  }

  /** Converts an option that is a time or a duration before now, to microseconds since 1970. */
  static final class TimeConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
      try {
        return parseTime(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
