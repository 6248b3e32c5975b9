package io.millrace.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An array of longs that grows in blocks. Each element takes eight bytes. Not thread-safe. */
final class GrowableLongArray {

  private static final int BLOCK_SHIFT = 12;
  private static final int BLOCK = 1 << BLOCK_SHIFT;

  private final List<long[]> blocks = new ArrayList<>();
  private final long unset;
  private long size;

  /**
   * Creates an empty array.
   *
   * @param unset the value of all elements that are not set
   */
  GrowableLongArray(long unset) {
    this.unset = unset;
  }

  /** One past the largest index that was set. */
  long size() {
    return size;
  }

  long get(long index) {
    return index >= size ? unset : block(index)[(int) index & (BLOCK - 1)];
  }

  void set(long index, long value) {
    while (blocks.size() << BLOCK_SHIFT <= index) {
      long[] block = new long[BLOCK];
      Arrays.fill(block, unset);
      blocks.add(block);
    }
    block(index)[(int) index & (BLOCK - 1)] = value;
    size = Math.max(size, index + 1);
  }

  private long[] block(long index) {
    return blocks.get((int) (index >>> BLOCK_SHIFT));
  }
}
