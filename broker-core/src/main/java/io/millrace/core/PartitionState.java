package io.millrace.core;

import java.nio.ByteBuffer;

/**
 * One part of the state that a partition derives from the batches of its log, such as the sequences
 * of its producers. A checkpoint holds a snapshot of each part, in a section of its own. Opening
 * the log restores the parts from their sections and applies the batches after the checkpoint.
 *
 * <p>A part depends on no other part, on no clock and on nothing else outside the log: the same
 * batches lead to the same state. One exception: which producers are forgotten depends on the clock
 * and on the memory that others take. Used by the thread that opens the log, then by the owner.
 */
interface PartitionState {

  /** The bytes of a batch that a part looks at. */
  enum Needs {
    /** Only its header. When a log is opened, only headers are read for this part. */
    HEADERS,
    /**
     * Its header and its records. When a log is opened, the records are read for this part after
     * the headers.
     */
    BATCHES
  }

  /** The number of the part's section. It never changes and is never used for another part. */
  int sectionId();

  /** The bytes that {@link #apply} looks at. */
  Needs needs();

  /**
   * The part will not see the first batches of the log, because retention has dropped them, or
   * their events were deleted. At most one call, before the first {@link #apply}; none after {@link
   * #restore}.
   */
  void earlierBatchesAreGone();

  /**
   * Takes over a snapshot. At most one call, before any other.
   *
   * @param section little-endian; the part reads it to its limit
   * @throws java.nio.BufferUnderflowException if the section is too short
   * @throws IllegalArgumentException if the section contradicts itself
   */
  void restore(ByteBuffer section);

  /**
   * Takes a stored batch into account. Every batch of the log, once, in offset order.
   *
   * @param batch little-endian; valid during the call
   * @param at position of the batch's header; the records behind it may be missing where the part
   *     needs headers only
   */
  void apply(ByteBuffer batch, int at);

  /** Length of the snapshot that {@link #snapshot} writes now. */
  int snapshotBytes();

  /**
   * Writes a snapshot that {@link #restore} reads.
   *
   * @param out little-endian
   */
  void snapshot(ByteBuffer out);
}
