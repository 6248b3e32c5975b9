package io.millrace.core;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Durations as people write them: {@code 7d}, {@code 12h}, {@code 30m}, {@code 10s}, {@code 5ms}.
 */
final class TimeSpan {

  /** "ms" before "m" and "s", whose letters it ends with. */
  private static final Unit[] UNITS = {
    new Unit("ms", 1),
    new Unit("d", 86_400_000),
    new Unit("h", 3_600_000),
    new Unit("m", 60_000),
    new Unit("s", 1_000)
  };

  private TimeSpan() {}

  private record Unit(String suffix, long millis) {}

  /** The duration; empty if the text is not one. */
  static Optional<Duration> parse(String text) {
    for (Unit unit : UNITS) {
      if (text.endsWith(unit.suffix)) {
        String number = text.substring(0, text.length() - unit.suffix.length());
        OptionalLong millis = WholeNumber.parse(number, unit.millis);
        return millis.isPresent()
            ? Optional.of(Duration.ofMillis(millis.getAsLong()))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * The shortest exact text that {@link #parse} reads back; finer than a millisecond is cut off.
   */
  static String format(Duration duration) {
    long millis = duration.toMillis();
    Unit best = UNITS[0];
    for (Unit unit : UNITS) {
      if (unit.millis > best.millis && millis % unit.millis == 0) {
        best = unit;
      }
    }
    return millis / best.millis + best.suffix;
  }
}
