package io.millrace.client.internal.connection;

import java.time.Duration;

/** The checks that builders share; each names the setting, the range and the value. */
public final class SettingChecks {

  private SettingChecks() {}

  public static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + least + " or more, not " + value);
    }
  }

  public static void requireBetween(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
    }
  }

  public static Duration requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + " is zero or more, not " + value);
    }
    return value;
  }

  /** At least a millisecond, and no more than an {@code int} of them: 24 days. */
  public static Duration requirePositive(String name, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(name + " is 1 ms to 24 days, not " + value);
    }
    return value;
  }
}
