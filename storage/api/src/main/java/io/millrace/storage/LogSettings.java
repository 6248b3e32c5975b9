package io.millrace.storage;

/**
 * How one log is laid out.
 *
 * @param maxSegmentBytes largest segment, 64 KiB to 1 GiB; the first segments of a log are smaller,
 *     so that an empty partition costs little disk
 */
public record LogSettings(int maxSegmentBytes) {

  /** Smallest allowed {@code maxSegmentBytes}. */
  public static final int MIN_SEGMENT_BYTES = 64 * 1024;

  /** Largest allowed {@code maxSegmentBytes}. */
  public static final int MAX_SEGMENT_BYTES = 1024 * 1024 * 1024;

  public LogSettings {
    if (maxSegmentBytes < MIN_SEGMENT_BYTES || maxSegmentBytes > MAX_SEGMENT_BYTES) {
      throw new IllegalArgumentException(
          "maxSegmentBytes is "
              + maxSegmentBytes
              + "; expected "
              + MIN_SEGMENT_BYTES
              + " to "
              + MAX_SEGMENT_BYTES);
    }
  }
}
