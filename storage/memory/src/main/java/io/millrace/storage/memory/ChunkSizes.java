package io.millrace.storage.memory;

import io.millrace.storage.LogSettings;
import io.millrace.storage.StorageException;

/**
 * The settings of one log of this engine.
 *
 * @param maxChunkBytes largest chunk, 64 KiB to 1 GiB: topic setting {@code segmentBytes}. The
 *     first chunks of a log are smaller, so that an empty partition uses little heap
 */
record ChunkSizes(int maxChunkBytes) {

  private static final String SEGMENT_BYTES = "segmentBytes";
  private static final int MIN_BYTES = 64 * 1024;
  private static final int MAX_BYTES = 1024 * 1024 * 1024;
  private static final int DEFAULT_BYTES = 128 * 1024 * 1024;

  /**
   * Reads the settings.
   *
   * @throws StorageException {@code INVALID_TOPIC_SETTING}
   */
  static ChunkSizes of(LogSettings settings) {
    return new ChunkSizes((int) settings.bytes(SEGMENT_BYTES, DEFAULT_BYTES, MIN_BYTES, MAX_BYTES));
  }
}
