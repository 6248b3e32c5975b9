package io.millrace.server.settings;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.TimeSpan;
import java.time.Duration;

/**
 * Checks that a setting is within its range. Each method throws {@link ConfigException} with the
 * key, the value and the range.
 */
public final class Bounds {

  public static final long KIB = 1024;
  public static final long MIB = 1024 * KIB;
  public static final long GIB = 1024 * MIB;

  private Bounds() {}

  /** Checks a number. */
  public static void count(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw outOfRange(key, value, min, max);
    }
  }

  /** Checks a number of bytes. */
  public static void size(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw outOfRange(key, ByteSize.format(value), ByteSize.format(min), ByteSize.format(max));
    }
  }

  /** Checks a duration. */
  public static void duration(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw outOfRange(key, TimeSpan.format(value), TimeSpan.format(min), TimeSpan.format(max));
    }
  }

  /** Checks that a text is not blank. */
  public static void notBlank(String key, String value) {
    if (value.isBlank()) {
      throw new ConfigException(key, key + " is empty");
    }
  }

  private static ConfigException outOfRange(String key, Object value, Object min, Object max) {
    return new ConfigException(key, key + " is " + value + "; expected " + min + " to " + max);
  }
}
