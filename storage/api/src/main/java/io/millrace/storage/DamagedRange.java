package io.millrace.storage;

/**
 * Offsets that were acknowledged and whose bytes are damaged: they cannot be read, what is before
 * and after them can.
 *
 * @param firstOffset the first one lost
 * @param endOffset one past the last one lost; reading goes on here
 * @param segment base offset of the segment in which the bytes are
 * @param position where the damaged bytes begin in that segment's file
 * @param bytes how many; 0 if they are missing altogether
 */
public record DamagedRange(
    long firstOffset, long endOffset, long segment, int position, int bytes) {

  /** Whether an offset is one of those lost. */
  public boolean contains(long offset) {
    return firstOffset <= offset && offset < endOffset;
  }

  /** The position behind the damaged bytes. */
  public int endPosition() {
    return position + bytes;
  }
}
