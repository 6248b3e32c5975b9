package io.millrace.cli.bench;

import java.util.Random;

/** Random values to send in turn, so that nothing is won by compressing or caching one. */
final class RandomValues {

  private static final int MOST = 1024;
  private static final int MOST_BYTES = 32 * 1024 * 1024;

  private final byte[][] values;
  private int next;

  RandomValues(int sizeBytes, long seed) {
    Random random = new Random(seed);
    values = new byte[Math.max(1, Math.min(MOST, MOST_BYTES / Math.max(1, sizeBytes)))][sizeBytes];
    for (byte[] value : values) {
      random.nextBytes(value);
    }
  }

  byte[] next() {
    byte[] value = values[next];
    next = next + 1 == values.length ? 0 : next + 1;
    return value;
  }
}
