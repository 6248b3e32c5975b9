package io.millrace.storage;

/**
 * A range of offsets that cannot be read because their bytes are damaged or missing. The events at
 * these offsets were acknowledged. The offsets before and after the range can be read.
 *
 * @param firstOffset first damaged offset
 * @param endOffset one past the last damaged offset; a reader continues here
 * @param text what is damaged and where, for the user; the engine writes it
 */
public record DamagedOffsets(long firstOffset, long endOffset, String text) {

  public DamagedOffsets {
    if (firstOffset < 0 || firstOffset >= endOffset) {
      throw new IllegalArgumentException(
          "damaged offsets " + firstOffset + " to " + endOffset + " are no range");
    }
  }

  /** Whether an offset is in the range. */
  public boolean contains(long offset) {
    return firstOffset <= offset && offset < endOffset;
  }
}
