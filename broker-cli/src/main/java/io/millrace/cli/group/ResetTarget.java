package io.millrace.cli.group;

import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.StartPosition;
import picocli.CommandLine.ITypeConverter;

/**
 * The value of {@code group reset --to}: where the group reads on.
 *
 * @param position the same for all partitions
 */
record ResetTarget(StartPosition position) {

  static final String HELP =
      "earliest, latest, an offset, an event time (ISO-8601), or a duration before now (-10m, -2h,"
          + " -7d).";

  /** Converts the option. */
  static final class Converter implements ITypeConverter<ResetTarget> {

    @Override
    public ResetTarget convert(String text) {
      if (text.equals("earliest")) {
        return new ResetTarget(StartPosition.earliest());
      }
      if (text.equals("latest")) {
        return new ResetTarget(StartPosition.latest());
      }
      if (text.matches("\\d{1,18}")) {
        return new ResetTarget(StartPosition.offset(Long.parseLong(text)));
      }
      try {
        String time = text.matches("-\\d.*") ? text.substring(1) : text;
        return new ResetTarget(
            StartPosition.timestamp(EventTime.toInstant(TimeArgument.parse(time))));
      } catch (IllegalArgumentException e) {
        throw TimeArgument.notOneOf(HELP, text);
      }
    }
  }
}
