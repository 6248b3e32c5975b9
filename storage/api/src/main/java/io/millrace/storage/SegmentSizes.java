package io.millrace.storage;

import io.millrace.protocol.ByteSize;
import java.util.List;
import java.util.Map;

/**
 * The settings of one log of an engine that divides its logs into segments.
 *
 * @param maxSegmentBytes largest segment, 64 KiB to 1 GiB: topic setting {@code segmentBytes}. The
 *     first segments of a log may be smaller, so that an empty partition uses little space
 */
public record SegmentSizes(int maxSegmentBytes) {

  private static final String SEGMENT_BYTES = "segmentBytes";
  private static final int MIN_BYTES = 64 * 1024;
  private static final int MAX_BYTES = 1024 * 1024 * 1024;
  private static final int DEFAULT_BYTES = 128 * 1024 * 1024;

  /** The names of these settings. */
  public static final List<String> NAMES = List.of(SEGMENT_BYTES);

  /** The largest segments. */
  public static final SegmentSizes LARGEST = new SegmentSizes(MAX_BYTES);

  /**
   * Reads the settings.
   *
   * @throws StorageException {@code INVALID_TOPIC_SETTING}
   */
  public static SegmentSizes of(LogSettings settings) {
    return new SegmentSizes(
        (int) settings.bytes(SEGMENT_BYTES, DEFAULT_BYTES, MIN_BYTES, MAX_BYTES));
  }

  /** Checks settings, as {@link LogStorage#check} does. */
  public static LogSettings checked(LogSettings settings) {
    SegmentSizes sizes = of(settings);
    return settings.values().containsKey(SEGMENT_BYTES) ? sizes.toSettings() : LogSettings.NONE;
  }

  /** The settings from which {@link #of} reads these sizes. */
  public LogSettings toSettings() {
    return new LogSettings(Map.of(SEGMENT_BYTES, ByteSize.format(maxSegmentBytes)));
  }
}
