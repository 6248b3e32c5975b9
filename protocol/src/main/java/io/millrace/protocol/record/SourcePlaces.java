package io.millrace.protocol.record;

import java.util.Arrays;

/**
 * Where the sources of a batch are that is being read, numbered in the order of their first event.
 */
final class SourcePlaces {

  private static final int FIRST_PLACES = 8;

  private int[] at = new int[FIRST_PLACES];
  private int[] length = new int[FIRST_PLACES];
  private int count;

  /** Sources found so far. */
  int count() {
    return count;
  }

  /** Where the bytes of a source begin. */
  int at(int index) {
    return at[index];
  }

  /** Bytes of a source. */
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
