package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;

/**
 * What a partition remembers of one producer: an unbroken range of sequences, and where the last
 * few batches of it went. Owner thread.
 *
 * <p>Sequences below {@code first} were never seen, or were seen before this producer was
 * forgotten: whether they are stored is not known, so they are neither accepted nor called
 * duplicates.
 */
final class ProducerSequences {

  /** Batches whose receipts are remembered; a client keeps fewer than this in flight. */
  static final int REMEMBERED_BATCHES = 24;

  private static final int FIXED_BYTES = Short.BYTES + 2 * Long.BYTES + Byte.BYTES;
  private static final int BATCH_BYTES = 3 * Long.BYTES;

  private final short epoch;
  private final long first;
  private long next;

  /** Rings; the batch before {@code next} stands at {@code (batches - 1) % REMEMBERED_BATCHES}. */
  private final long[] baseSequences = new long[REMEMBERED_BATCHES];

  private final long[] baseOffsets = new long[REMEMBERED_BATCHES];
  private final long[] appendTimes = new long[REMEMBERED_BATCHES];
  private long batches;

  ProducerSequences(short epoch, long first) {
    this.epoch = epoch;
    this.first = first;
    this.next = first;
  }

  short epoch() {
    return epoch;
  }

  /** The sequence that the next new batch begins with. */
  long next() {
    return next;
  }

  /** Remembers a batch that begins with {@link #next()} and was stored. */
  void add(int records, long baseOffset, long appendTimeMicros) {
    int slot = (int) (batches++ % REMEMBERED_BATCHES);
    baseSequences[slot] = next;
    baseOffsets[slot] = baseOffset;
    appendTimes[slot] = appendTimeMicros;
    next += records;
  }

  /**
   * The batch with these sequences if it was stored before; null if it is the next one.
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
   * Where the batch with these sequences, all of them stored, stands.
   *
   * @throws BrokerException {@code DUPLICATE_SEQUENCE} if that is not remembered
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
            + " again; they are stored, but their offset is remembered only for the last "
            + REMEMBERED_BATCHES
            + " batches, as they were first sent");
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
            + "; resend from there, or go on with a new producer id");
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
