package io.millrace.client;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The specification of a new topic. Immutable.
 *
 * @param partitions the number of partitions, 1 or more; 0: the broker's {@code topics.partitions}
 * @param settings the settings that differ from the broker's {@code topics.*} defaults: {@code
 *     retentionTime} (such as {@code 7d}), {@code retentionBytes} ({@code 10GiB}), {@code
 *     segmentBytes} ({@code 128MiB})
 */
public record TopicSpec(int partitions, Map<String, String> settings) {

  /**
   * Checks the number of partitions, and copies the settings.
   *
   * @throws IllegalArgumentException if {@code partitions} is negative
   */
  public TopicSpec {
    if (partitions < 0) {
      throw new IllegalArgumentException("a topic has 1 or more partitions, not " + partitions);
    }
    settings = Map.copyOf(settings);
  }

  /** Returns a topic with the broker's defaults. */
  public static TopicSpec defaults() {
    return new TopicSpec(0, Map.of());
  }

  /**
   * Returns a topic with a number of partitions and the broker's other defaults.
   *
   * @param partitions 1 or more
   * @throws IllegalArgumentException if it is less; {@link #defaults} has the broker's number
   */
  public static TopicSpec partitions(int partitions) {
    if (partitions == 0) {
      throw new IllegalArgumentException(
          "a topic has 1 or more partitions, not 0; TopicSpec.defaults() has the broker's number");
    }
    return new TopicSpec(partitions, Map.of());
  }

  /** Returns this topic with one more setting. */
  public TopicSpec setting(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new TopicSpec(partitions, more);
  }
}
