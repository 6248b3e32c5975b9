package io.millrace.storage.mapped;

/**
 * The bytes of a slice in a segment.
 *
 * @param from position of the slice
 * @param to position after the slice
 * @param firstOffset the first offset of the slice
 * @param nextOffset one past the last offset of the slice
 */
record SliceRange(Segment segment, int from, int to, long firstOffset, long nextOffset) {

  int bytes() {
    return to - from;
  }
}
