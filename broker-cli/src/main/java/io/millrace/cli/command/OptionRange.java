package io.millrace.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks that the value of an option is in its range. */
public final class OptionRange {

  private OptionRange() {}

  /**
   * Checks a whole number.
   *
   * @param option the option's name, as the user types it
   * @param max the largest allowed value; at {@code Integer.MAX_VALUE} or more, the message names
   *     only the smallest value
   * @throws ParameterException if the value is out of range; the message has the range
   */
  public static void check(CommandSpec spec, String option, long value, long min, long max) {
    if (value < min || value > max) {
      String range = max >= Integer.MAX_VALUE ? " or more" : " to " + max;
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; expected " + min + range);
    }
  }

  /**
   * Checks a number of events per second.
   *
   * @param max the largest allowed rate; infinite: there is no limit
   * @throws ParameterException if it is not above 0, or above the largest; the message has the
   *     range
   */
  public static void checkRate(
      CommandSpec spec, String option, double eventsPerSecond, double max) {
    if (!(eventsPerSecond > 0 && eventsPerSecond <= max)) {
      String range = max == Double.POSITIVE_INFINITY ? "" : ", up to " + (long) max;
      throw new ParameterException(
          spec.commandLine(), option + " is " + eventsPerSecond + "; expected more than 0" + range);
    }
  }
}
