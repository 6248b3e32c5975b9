package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import java.nio.ByteBuffer;

/**
 * The sequences of one producer in a partition: a range without gaps, and the offsets of its last
 * batches. Owner thread.
 *
 * <p>Sequences below {@code first} are unknown: the partition has never seen them, or has forgotten
 * them with this producer. They may be stored or not, so they are neither accepted nor reported as
 * duplicates.
 */
final class ProducerSequences {

  /** Batches whose offsets are remembered; a client keeps fewer batches in flight. */
  static final int REMEMBERED_BATCHES = 24;

  private static final int FIXED_BYTES = Short.BYTES + 2 * Long.BYTES + Byte.BYTES;
  private static final int BATCH_BYTES = 3 * Long.BYTES;

  private final short epoch;
  private final long first;
  private long next;

  /** Ring buffers; the newest batch is at {@code (batches - 1) % REMEMBERED_BATCHES}. */
  private final long[] baseSequences = new long[REMEMBERED_BATCHES];

  private final long[] baseOffsets = new long[REMEMBERED_BATCHES];
  private final long[] appendTimes = new long[REMEMBERED_BATCHES];
  private long batches;

  /** The secret of this producer and epoch, once it was presented; null before. Not stored. */
  private ProducerSecret proven;

  ProducerSequences(short epoch, long first) {
    this.epoch = epoch;
    this.first = first;
    this.next = first;
  }

  short epoch() {
    return epoch;
  }

  /** Whether this secret was checked before. If not, it may be right nevertheless. */
  boolean isProven(ProducerSecret secret) {
    return proven != null && proven.matches(secret);
  }

  /** Remembers a secret that was checked, so that later batches need only a comparison. */
  void prove(ProducerSecret secret) {
    proven = secret;
  }

  /** The first sequence of the next new batch. */
  long next() {
    return next;
  }

  /** Remembers a stored batch that begins with {@link #next()}. */
  void add(int records, long baseOffset, long appendTimeMicros) {
    int slot = (int) (batches++ % REMEMBERED_BATCHES);
    baseSequences[slot] = next;
    baseOffsets[slot] = baseOffset;
    appendTimes[slot] = appendTimeMicros;
    next += records;
  }

  /**
   * The stored batch with these sequences; null if the batch is the next one.
   *
   * @throws BrokerException {@code OUT_OF_ORDER_SEQUENCE} or {@code DUPLICATE_SEQUENCE}
   */
  StoredBatch find(long producerId, long base, long last) {
    if (base == next) {
      return null;
    }
    if (base > next || last >= next || base < first) {
      throw outOfOrder(producerId, base, last, "expected " + next);
    }
    return receipt(producerId, base, last);
  }

  /**
   * The position of a batch whose sequences are all stored.
   *
   * @throws BrokerException {@code DUPLICATE_SEQUENCE} if the position is forgotten
   */
  StoredBatch receipt(long producerId, long base, long last) {
    long after = next;
    for (long batch = batches - 1; batch >= Math.max(0, batches - REMEMBERED_BATCHES); batch--) {
      int slot = (int) (batch % REMEMBERED_BATCHES);
      if (baseSequences[slot] == base && after == last + 1) {
        long records = last - base + 1;
        return new StoredBatch(baseOffsets[slot], baseOffsets[slot] + records, appendTimes[slot]);
      }
      after = baseSequences[slot];
    }
    throw new BrokerException(
        ErrorCode.DUPLICATE_SEQUENCE,
        "producer "
            + producerId
            + " sent sequences "
            + base
            + " to "
            + last
            + " again; they are stored, but the broker remembers offsets only of the last "
            + REMEMBERED_BATCHES
            + " batches, and only of batches as they were first sent; do not send them again");
  }

  static BrokerException outOfOrder(long producerId, long base, long last, String expected) {
    return new BrokerException(
        ErrorCode.OUT_OF_ORDER_SEQUENCE,
        "producer "
            + producerId
            + " sent sequences "
            + base
            + " to "
            + last
            + "; "
            + expected
            + "; resend from there, or continue with a new producer id");
  }

  int encodedBytes() {
    return FIXED_BYTES + remembered() * BATCH_BYTES;
  }

  private int remembered() {
    return (int) Math.min(batches, REMEMBERED_BATCHES);
  }

  void encode(ByteBuffer out) {
    out.putShort(epoch).putLong(first).putLong(next).put((byte) remembered());
    for (long batch = batches - remembered(); batch < batches; batch++) {
      int slot = (int) (batch % REMEMBERED_BATCHES);
      out.putLong(baseSequences[slot]).putLong(baseOffsets[slot]).putLong(appendTimes[slot]);
    }
  }

  static ProducerSequences decode(ByteBuffer in) {
    ProducerSequences sequences = new ProducerSequences(in.getShort(), in.getLong());
    sequences.next = in.getLong();
    int remembered = in.get();
    for (int slot = 0; slot < remembered; slot++) {
      sequences.baseSequences[slot] = in.getLong();
      sequences.baseOffsets[slot] = in.getLong();
      sequences.appendTimes[slot] = in.getLong();
    }
    sequences.batches = remembered;
    return sequences;
  }
}
