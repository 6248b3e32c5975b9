package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;

/**
 * The proof that a batch was appended to a segment at a position, and was not copied or forged into
 * the value of an event. It is a keyed hash ({@link SipHash}) of the base offset of the segment,
 * the position of the batch, and the bytes [0,40) of its header.
 *
 * <p>An event can hold any bytes, also those of a batch with valid checksums. The key is secret, so
 * a forged batch has no proof. The hash covers the place, so the copy of a stored batch has the
 * proof of another place. The hash covers the payload CRC, which covers the rest of the batch.
 *
 * <p>Immutable; any thread. It allocates nothing.
 */
public final class BatchProof {

  /** The proof covers the header before the proof itself, in words of 8 bytes. */
  private static final int HEADER_WORDS = 5;

  private final LogKey key;
  private final long segment;

  /**
   * The proofs of one segment.
   *
   * @param segment base offset of the segment
   */
  public BatchProof(LogKey key, long segment) {
    this.key = key;
    this.segment = segment;
  }

  /**
   * Writes the proof into a batch whose other header fields are complete.
   *
   * @param at where the header begins in the buffer
   * @param position of the batch in the segment
   */
  public void write(ByteBuffer batch, int at, int position) {
    BatchHeader.putProof(batch, at, of(batch, at, position));
  }

  /**
   * Whether a header has the proof of its place.
   *
   * @param at where the header begins in the buffer
   * @param position of the batch in the segment
   */
  boolean matches(ByteBuffer header, int at, int position) {
    return BatchHeader.proof(header, at) == of(header, at, position);
  }

  private long of(ByteBuffer header, int at, int position) {
    return key.hash(segment, position, header, at, HEADER_WORDS);
  }
}
