package io.millrace.client;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a new topic shall be like.
 *
 * @param partitions 1 or more; 0: as many as the broker's {@code topics.partitions} says
 * @param settings what differs from the broker's {@code topics.*} defaults, by name: {@code
 *     retentionTime} ({@code 7d}), {@code retentionBytes} ({@code 10GiB}), {@code segmentBytes}
 */
public record TopicSpec(int partitions, Map<String, String> settings) {

  /**
   * Refuses a negative number of partitions; copies the settings.
   *
   * @throws IllegalArgumentException if {@code partitions} is negative
   */
  public TopicSpec {
    if (partitions < 0) {
      throw new IllegalArgumentException("a topic has 1 or more partitions, not " + partitions);
    }
    settings = Map.copyOf(settings);
  }

  /** As the broker's defaults have it. */
  public static TopicSpec defaults() {
    return new TopicSpec(0, Map.of());
  }

  /** This many partitions; all else as the broker's defaults have it. */
  public static TopicSpec partitions(int partitions) {
    return new TopicSpec(partitions, Map.of());
  }

  /** This spec with one setting more. */
  public TopicSpec setting(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new TopicSpec(partitions, more);
  }
}
