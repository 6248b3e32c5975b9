package io.millrace.cli.bench;

import java.util.Random;

/**
 * Random values that are sent one after another. There are up to 1,024 of them, so that repetition
 * helps neither compression nor caches. Used by one thread.
 */
final class RandomValues {

  private static final int MAX_VALUES = 1024;
  private static final int MAX_BYTES = 32 * 1024 * 1024;

  private final byte[][] values;
  private int next;

  RandomValues(int sizeBytes, long seed) {
    Random random = new Random(seed);
    values =
        new byte[Math.max(1, Math.min(MAX_VALUES, MAX_BYTES / Math.max(1, sizeBytes)))][sizeBytes];
    for (byte[] value : values) {
      random.nextBytes(value);
    }
  }

  /** The next value, which the caller must not change. */
  byte[] next() {
    byte[] value = values[next];
    next = next + 1 == values.length ? 0 : next + 1;
    return value;
  }
}
