package io.millrace.storage;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.Map;

/**
 * The settings of one log, by name. They are topic settings that the broker passes to the storage
 * engine. An engine ignores the names that are not among its {@link LogStorage#settingNames}.
 * Immutable.
 *
 * @param values name to value, each as the user writes it, such as {@code 128MiB}
 */
public record LogSettings(Map<String, String> values) {

  /** No settings. */
  public static final LogSettings NONE = new LogSettings(Map.of());

  public LogSettings {
    values = Map.copyOf(values);
  }

  /**
   * A number of bytes.
   *
   * @param fallback the result if the setting is missing
   * @param min smallest allowed value
   * @param max largest allowed value
   * @throws StorageException {@code INVALID_TOPIC_SETTING} if the value is no size from {@code min}
   *     to {@code max}
   */
  public long bytes(String name, long fallback, long min, long max) {
    String value = values.get(name);
    if (value == null) {
      return fallback;
    }
    long bytes;
    try {
      bytes = ByteSize.parse(value);
    } catch (IllegalArgumentException e) {
      throw notAllowed(name, fallback, min, max, e);
    }
    if (bytes < min || bytes > max) {
      throw notAllowed(name, fallback, min, max, null);
    }
    return bytes;
  }

  private StorageException notAllowed(
      String name, long fallback, long min, long max, Throwable cause) {
    return new StorageException(
        ErrorCode.INVALID_TOPIC_SETTING,
        "topic setting "
            + name
            + " is "
            + Quoted.text(values.get(name))
            + "; expected "
            + ByteSize.format(min)
            + " to "
            + ByteSize.format(max)
            + ", such as '"
            + ByteSize.format(fallback)
            + "'",
        cause);
  }
}
