package io.millrace.storage;

import io.millrace.protocol.ByteSize;
import java.util.Map;

/** Settings of the logs in tests. The engines of this project read {@code segmentBytes}. */
public final class TestSettings {

  public static final int SMALLEST_SEGMENT_BYTES = ContractSettings.SMALL_UNIT_BYTES;

  /** The smallest segments that are allowed, so that a test has many with few events. */
  public static final LogSettings SMALLEST_SEGMENTS = segmentBytes(SMALLEST_SEGMENT_BYTES);

  /** For the contract suite of an engine that reads {@link SegmentSizes}. */
  public static final ContractSettings OF_SEGMENTS =
      new ContractSettings(
          SMALLEST_SEGMENTS, segmentBytes(ContractSettings.LARGE_UNIT_BYTES), segmentBytes(1024));

  private TestSettings() {}

  public static LogSettings segmentBytes(long bytes) {
    return new LogSettings(Map.of("segmentBytes", ByteSize.format(bytes)));
  }
}
