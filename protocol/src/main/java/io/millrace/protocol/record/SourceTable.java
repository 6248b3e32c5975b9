package io.millrace.protocol.record;

import java.util.Arrays;

/**
 * The sources of a batch that is built. The index of a source is its order of first use. If an
 * event has the same source as the previous one, the lookup is one comparison. Keeps the arrays,
 * without a copy. Used by one thread at a time.
 */
final class SourceTable {

  private static final int INITIAL_SLOTS = 16;

  private byte[][] sources = new byte[INITIAL_SLOTS / 2][];
  private int size;
  private int last;

  /**
   * A hash table with linear probing, at most half full. A slot holds the index of a source plus
   * one; 0 is a free slot.
   */
  private int[] slots = new int[INITIAL_SLOTS];

  int size() {
    return size;
  }

  /** The index of a source; {@link #size()} if the source is not in the table. */
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

  /** The slot of the source, or the free slot for it. */
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
