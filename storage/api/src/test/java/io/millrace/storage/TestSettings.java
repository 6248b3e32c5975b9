package io.millrace.storage;

import io.millrace.protocol.ByteSize;
import java.util.Map;

/** Settings of the logs in tests. The engines of this project read {@code segmentBytes}. */
public final class TestSettings {

  public static final int SMALLEST_SEGMENT_BYTES = 64 * 1024;

  /** The smallest segments that are allowed, so that a test has many with few events. */
  public static final LogSettings SMALLEST_SEGMENTS = segmentBytes(SMALLEST_SEGMENT_BYTES);

  private TestSettings() {}

  public static LogSettings segmentBytes(long bytes) {
    return new LogSettings(Map.of("segmentBytes", ByteSize.format(bytes)));
  }
}
