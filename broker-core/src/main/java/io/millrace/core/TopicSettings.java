package io.millrace.core;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.TimeSpan;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The settings of one topic. The constructor throws {@link BrokerException} with {@code
 * INVALID_TOPIC_SETTING} where a value is out of range.
 *
 * @param retentionTime time from the append of an event to its removal, in whole milliseconds up to
 *     36,500 days; zero: without limit
 * @param retentionBytes bytes that each partition keeps; 0: without limit
 * @param logSettings settings of the storage engine, which checks them
 */
public record TopicSettings(Duration retentionTime, long retentionBytes, LogSettings logSettings) {

  private static final String RETENTION_TIME = "retentionTime";
  private static final String RETENTION_BYTES = "retentionBytes";

  private static final String UNLIMITED = "unlimited";
  private static final Duration MAX_RETENTION_TIME = Duration.ofDays(36_500);
  private static final String RETENTION_TIME_RANGE = "'unlimited', or 1ms to 36500d, such as '7d'";
  private static final String RETENTION_BYTES_RANGE =
      "'unlimited', or at least 1, such as '10GiB' or '64MiB'";

  public TopicSettings {
    if (retentionTime.isNegative()
        || retentionTime.compareTo(MAX_RETENTION_TIME) > 0
        || retentionTime.toNanosPart() % 1_000_000 != 0) {
      throw invalid(RETENTION_TIME, retentionTime.toString(), RETENTION_TIME_RANGE);
    }
    if (retentionBytes < 0) {
      throw invalid(RETENTION_BYTES, Long.toString(retentionBytes), RETENTION_BYTES_RANGE);
    }
    Objects.requireNonNull(logSettings, "logSettings");
  }

  /**
   * These settings with some changes.
   *
   * @param changes by name: {@code retentionTime} as {@code 7d}, {@code 12h}, {@code 30m}, {@code
   *     10s}, {@code 500ms} or {@code unlimited}; {@code retentionBytes} as {@code 10GiB}, {@code
   *     64MiB}, {@code 4KiB}, {@code 1000} or {@code unlimited}; or a setting of the storage
   *     engine, whose value is not checked here
   * @param engineNames the names of {@link LogStorage#settingNames}
   * @throws BrokerException {@code INVALID_TOPIC_SETTING}, naming the nearest known setting
   */
  public TopicSettings with(Map<String, String> changes, List<String> engineNames) {
    TopicSettings changed = this;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      changed = changed.with(change.getKey(), change.getValue(), engineNames);
    }
    return changed;
  }

  private TopicSettings with(String name, String value, List<String> engineNames) {
    if (name.equals(RETENTION_TIME)) {
      return new TopicSettings(parseRetentionTime(value), retentionBytes, logSettings);
    }
    if (name.equals(RETENTION_BYTES)) {
      return new TopicSettings(retentionTime, parseRetentionBytes(value), logSettings);
    }
    if (!engineNames.contains(name)) {
      throw unknown(name, engineNames);
    }
    Map<String, String> values = new HashMap<>(logSettings.values());
    values.put(name, value);
    return with(new LogSettings(values));
  }

  /** These settings with other settings of the storage engine. */
  TopicSettings with(LogSettings changed) {
    return new TopicSettings(retentionTime, retentionBytes, changed);
  }

  /** All settings as text that {@link #with} reads; those of the engine are last, by name. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(RETENTION_TIME, retentionTime.isZero() ? UNLIMITED : TimeSpan.format(retentionTime));
    map.put(RETENTION_BYTES, retentionBytes == 0 ? UNLIMITED : ByteSize.format(retentionBytes));
    map.putAll(new TreeMap<>(logSettings.values()));
    return map;
  }

  private static Duration parseRetentionTime(String value) {
    if (value.equals(UNLIMITED)) {
      return Duration.ZERO;
    }
    Duration time = parse(RETENTION_TIME, value, RETENTION_TIME_RANGE, TimeSpan::parse);
    if (time.isZero() || time.compareTo(MAX_RETENTION_TIME) > 0) {
      throw invalid(RETENTION_TIME, value, RETENTION_TIME_RANGE);
    }
    return time;
  }

  private static long parseRetentionBytes(String value) {
    if (value.equals(UNLIMITED)) {
      return 0;
    }
    long bytes = parse(RETENTION_BYTES, value, RETENTION_BYTES_RANGE, ByteSize::parse);
    if (bytes == 0) {
      throw invalid(RETENTION_BYTES, value, RETENTION_BYTES_RANGE);
    }
    return bytes;
  }

  private static <T> T parse(String name, String value, String range, Function<String, T> form) {
    try {
      return form.apply(value);
    } catch (IllegalArgumentException e) {
      throw invalid(name, value, range);
    }
  }

  private static BrokerException unknown(String name, List<String> engineNames) {
    List<String> names = new ArrayList<>(List.of(RETENTION_TIME, RETENTION_BYTES));
    names.addAll(engineNames);
    return new BrokerException(
        ErrorCode.INVALID_TOPIC_SETTING,
        "there is no topic setting "
            + Quoted.text(name)
            + NearestName.suggestion(name, names)
            + "; the settings are "
            + String.join(", ", names));
  }

  private static BrokerException invalid(String name, String value, String range) {
    return new BrokerException(
        ErrorCode.INVALID_TOPIC_SETTING,
        "topic setting " + name + " is " + Quoted.text(value) + "; expected " + range);
  }
}
