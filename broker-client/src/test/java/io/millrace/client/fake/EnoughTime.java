package io.millrace.client.fake;

import io.millrace.client.MillraceException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Failures at a timeout before which something else must have happened. No fixed timeout is both
 * short and long enough for a busy machine, so it is doubled until the other thing has happened.
 */
public final class EnoughTime {

  private static final Duration LONGEST = Duration.ofSeconds(64);

  private EnoughTime() {}

  /**
   * The first expected failure, or the one at the longest timeout.
   *
   * @param call fails at a timeout
   */
  public static MillraceException failure(
      Duration timeout,
      Function<Duration, MillraceException> call,
      Predicate<MillraceException> expected) {
    MillraceException failure = call.apply(timeout);
    return expected.test(failure) || timeout.compareTo(LONGEST) >= 0
        ? failure
        : failure(timeout.multipliedBy(2), call, expected);
  }
}
