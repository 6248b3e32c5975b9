package io.millrace.benchmarks.load;

import java.util.Random;

/**
 * Random values that are sent one after another, the same for every system. There are 1,024 of
 * them, so that repetition helps neither compression nor caches. Used by one thread.
 */
final class Payloads {

  private static final int COUNT = 1024;
  private static final long SEED = 4711;

  private final byte[][] values = new byte[COUNT][];
  private int next;

  Payloads(int sizeBytes) {
    Random random = new Random(SEED);
    for (int i = 0; i < COUNT; i++) {
      values[i] = new byte[sizeBytes];
      random.nextBytes(values[i]);
    }
  }

  /** The next value, which the caller must not change. */
  byte[] next() {
    byte[] value = values[next];
    next = (next + 1) % COUNT;
    return value;
  }
}
