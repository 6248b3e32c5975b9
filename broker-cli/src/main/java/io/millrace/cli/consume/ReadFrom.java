package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.client.StartPosition;
import io.millrace.protocol.TimeSpan;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where {@code consume --from} begins.
 *
 * @param position as the broker is asked for it
 * @param notBeforeMicros event time before which events are left out; they stand among later ones
 *     where producers send out of order
 */
record ReadFrom(StartPosition position, long notBeforeMicros) {

  static final String HELP =
      "earliest, latest, an offset, a time (ISO-8601), or how long ago (10m, 2h, 7d).";

  static ReadFrom time(long micros) {
    return new ReadFrom(StartPosition.timestamp(EventTime.toInstant(micros)), micros);
  }

  /** A time, or a duration before now, in microseconds since 1970. */
  static long parseTime(String text) {
    return isDuration(text)
        ? EventTime.ofInstant(Instant.now().minus(TimeSpan.parse(text)))
        : EventTime.parseIso(text);
  }

  private static boolean isDuration(String text) {
    return text.matches("\\d+\\s*(ms|s|m|h|d)");
  }

  /** Reads the option. */
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

  /** Reads an option that is a time or a duration before now. */
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
