package io.millrace.core;

import java.time.Duration;
import java.util.Map;

/**
 * The settings of one topic.
 *
 * @param retentionTime how long events are kept after their append; zero: without limit
 * @param retentionBytes how many bytes each partition keeps; 0: without limit
 * @param segmentBytes largest segment file, 64 KiB to 1 GiB
 */
public record TopicSettings(Duration retentionTime, long retentionBytes, int segmentBytes) {

  /**
   * These settings with some changed, by the names {@code retentionTime} ({@code 7d}, {@code 12h},
   * {@code 30m}, {@code 10s}, {@code 500ms}, {@code unlimited}), {@code retentionBytes} and {@code
   * segmentBytes} ({@code 10GiB}, {@code 64MiB}, {@code 4KiB}, {@code 1000}, {@code unlimited} for
   * the former).
   *
   * @throws BrokerException {@code INVALID_TOPIC_SETTING}, naming the nearest known setting
   */
  public TopicSettings with(Map<String, String> changes) {
    throw new UnsupportedOperationException();
  }

  /** All settings as text that {@link #with} reads. */
  public Map<String, String> toMap() {
    throw new UnsupportedOperationException();
  }
}
