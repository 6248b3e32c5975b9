package io.millrace.protocol.record;

import java.util.Arrays;

/**
 * The sources of a batch under construction, numbered in the order of their first event. The usual
 * case, the same source as in the event before, costs one comparison. Keeps the arrays it is given.
 */
final class SourceTable {

  private static final int FIRST_SLOTS = 16;

  private byte[][] sources = new byte[FIRST_SLOTS / 2][];
  private int size;
  private int last;

  /** Open addressing, linear probing, at most half full; an index plus one, 0 for a free slot. */
  private int[] slots = new int[FIRST_SLOTS];

  int size() {
    return size;
  }

  /** The index of a source, or {@link #size()} if it is not in the table. */
  int find(byte[] source) {
    if (size == 0) {
      return 0;
    }
    byte[] recent = sources[last];
    if (recent == source || Arrays.equals(recent, source)) {
      return last;
    }
    int slot = slots[slotOf(source)];
    if (slot == 0) {
      return size;
    }
    last = slot - 1;
    return last;
  }

  /** Appends a source that is not in the table. */
  void add(byte[] source) {
    if (size == sources.length) {
      grow();
    }
    sources[size] = source;
    last = size;
    size++;
    slots[slotOf(source)] = size;
  }

  void clear() {
    Arrays.fill(sources, 0, size, null);
    Arrays.fill(slots, 0);
    size = 0;
    last = 0;
  }

  private void grow() {
    sources = Arrays.copyOf(sources, sources.length * 2);
    slots = new int[slots.length * 2];
    for (int i = 0; i < size; i++) {
      slots[slotOf(sources[i])] = i + 1;
    }
  }

  /** Where the source is, or the free slot where it belongs. */
  private int slotOf(byte[] source) {
    int mask = slots.length - 1;
    int hash = Arrays.hashCode(source);
    int slot = (hash ^ hash >>> 16) & mask;
    while (slots[slot] != 0 && !Arrays.equals(sources[slots[slot] - 1], source)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
