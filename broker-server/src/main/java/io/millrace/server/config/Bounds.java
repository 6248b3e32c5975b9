package io.millrace.server.config;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.TimeSpan;
import java.time.Duration;

/** The ranges of settings, checked where a record is made. */
final class Bounds {

  static final long KIB = 1024;
  static final long MIB = 1024 * KIB;
  static final long GIB = 1024 * MIB;

  private Bounds() {}

  static void count(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw outOfRange(key, value, min, max);
    }
  }

  static void size(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw outOfRange(key, ByteSize.format(value), ByteSize.format(min), ByteSize.format(max));
    }
  }

  static void duration(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw outOfRange(key, TimeSpan.format(value), TimeSpan.format(min), TimeSpan.format(max));
    }
  }

  static void notBlank(String key, String value) {
    if (value.isBlank()) {
      throw new ConfigException(key, key + " is empty");
    }
  }

  private static ConfigException outOfRange(String key, Object value, Object min, Object max) {
    return new ConfigException(key, key + " is " + value + "; expected " + min + " to " + max);
  }
}
