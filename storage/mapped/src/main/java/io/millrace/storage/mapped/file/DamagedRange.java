package io.millrace.storage.mapped.file;

import io.millrace.storage.DamagedOffsets;

/**
 * Damaged bytes of a segment, and the acknowledged offsets that are lost with them.
 *
 * @param firstOffset first damaged offset
 * @param endOffset one past the last damaged offset; a reader continues here
 * @param segment base offset of the segment that contains the bytes
 * @param position position of the first damaged byte in the file of that segment
 * @param bytes number of damaged bytes; 0 if they are missing
 */
public record DamagedRange(
    long firstOffset, long endOffset, long segment, int position, int bytes) {

  /** Whether an offset is in the range. */
  public boolean contains(long offset) {
    return firstOffset <= offset && offset < endOffset;
  }

  /** The position after the last damaged byte. */
  public int endPosition() {
    return position + bytes;
  }

  /** Whether another range continues this one, without a gap of offsets or bytes. */
  boolean isContinuedBy(DamagedRange next) {
    return segment == next.segment
        && endOffset == next.firstOffset
        && endPosition() == next.position
        && bytes > 0
        && next.bytes > 0;
  }

  /** This range and the one that continues it. */
  DamagedRange joined(DamagedRange next) {
    return new DamagedRange(firstOffset, next.endOffset, segment, position, bytes + next.bytes);
  }

  /** The offsets, as the storage interface reports them. */
  public DamagedOffsets offsets() {
    return new DamagedOffsets(
        firstOffset,
        endOffset,
        bytes == 0
            ? "the bytes from position %d of %s on are missing or cannot be read"
                .formatted(position, LogDirectory.segmentName(segment))
            : "%d bytes at position %d of %s, kept in the data directory's quarantine"
                .formatted(bytes, position, LogDirectory.segmentName(segment)));
  }
}
