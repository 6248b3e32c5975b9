package io.millrace.benchmarks.load;

import java.util.Random;

/**
 * Random values to send in turn, the same for every system, so that nothing is won by compressing
 * or caching one. For one thread.
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

  /** The next value; the caller leaves it as it is. */
  byte[] next() {
    byte[] value = values[next];
    next = (next + 1) % COUNT;
    return value;
  }
}
