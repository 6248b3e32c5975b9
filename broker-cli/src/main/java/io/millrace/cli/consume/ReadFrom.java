package io.millrace.cli.consume;

import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.StartPosition;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

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

  /** From 2001 on, seconds since 1970 have this size. Few partitions have as many events. */
  private static final long SMALLEST_TIME = 1_000_000_000;

  /** The time that an offset would be as a number since 1970; empty if it is too small for one. */
  Optional<String> timeIfMeant() {
    return position instanceof StartPosition.Offset from && from.offset() >= SMALLEST_TIME
        ? Optional.of(
            EventTime.toInstant(EventTime.ofNumber(String.valueOf(from.offset()))).toString())
        : Optional.empty();
  }

  /** Whether no event can be at or after this position and before the other. */
  boolean isAfter(ReadUntil until) {
    boolean isLaterOffset =
        position instanceof StartPosition.Offset from
            && until instanceof ReadUntil.Offset end
            && from.offset() > end.offset();
    return isLaterOffset || notBeforeMicros > until.beforeMicros();
  }

  static ReadFrom time(long micros) {
    return new ReadFrom(StartPosition.timestamp(EventTime.toInstant(micros)), micros);
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
        return time(TimeArgument.parse(text));
      } catch (IllegalArgumentException e) {
        throw TimeArgument.notOneOf(HELP, text);
      }
    }
  }
}
