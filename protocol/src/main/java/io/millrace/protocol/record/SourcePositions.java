package io.millrace.protocol.record;

import java.util.Arrays;

/**
 * The positions of the sources in a batch that is read. The index of a source is its order of first
 * use. Used by one thread at a time.
 */
final class SourcePositions {

  private static final int INITIAL_CAPACITY = 8;

  private int[] at = new int[INITIAL_CAPACITY];
  private int[] length = new int[INITIAL_CAPACITY];
  private int count;

  /** Number of sources found. */
  int count() {
    return count;
  }

  /** Position of the first byte of a source. */
  int at(int index) {
    return at[index];
  }

  /** Number of bytes of a source. */
  int length(int index) {
    return length[index];
  }

  void add(int from, int bytes) {
    if (count == at.length) {
      at = Arrays.copyOf(at, 2 * count);
      length = Arrays.copyOf(length, 2 * count);
    }
    at[count] = from;
    length[count] = bytes;
    count++;
  }

  void clear() {
    count = 0;
  }
}
