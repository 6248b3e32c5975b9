package io.millrace.client.internal.connection;

import java.time.Duration;

/** Checks the values of settings. Each message names the setting, the range and the value. */
public final class SettingChecks {

  private SettingChecks() {}

  /** Requires a minimum. */
  public static void requireAtLeast(String name, long value, long min) {
    if (value < min) {
      throw new IllegalArgumentException(name + " must be " + min + " or more, not " + value);
    }
  }

  /** Requires a range, both ends included. */
  public static void requireBetween(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be " + min + " to " + max + ", not " + value);
    }
  }

  /** Requires zero or more. */
  public static Duration requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " must be zero or more, not " + value);
    }
    return value;
  }

  /** Requires 1 ms to 24 days, which is the range of an {@code int} of milliseconds. */
  public static Duration requirePositive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(name + " must be 1 ms to 24 days, not " + value);
    }
    return value;
  }
}
