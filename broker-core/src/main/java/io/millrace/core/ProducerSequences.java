package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The sequences of one producer in a partition: a range without gaps, and the offsets of its last
 * batches. Owner thread.
 *
 * <p>Sequences below {@code first} are unknown: the partition has never seen them, or has forgotten
 * them with this producer. They may be stored or not, so they are neither accepted nor reported as
 * duplicates.
 *
 * <p>Small, because a broker can have hundreds of thousands: most producers have sent one batch, so
 * there is space for one at first. The table of the partition {@link #grow grows} it.
 */
final class ProducerSequences {

  /** Batches whose offsets are remembered; a client keeps fewer batches in flight. */
  static final int REMEMBERED_BATCHES = 24;

  /** Bytes of heap of this object, with space for one batch. */
  static final int OBJECT_BYTES = 96;

  /** The longs of one batch: base sequence, base offset, append time. Also their order. */
  private static final int BATCH_LONGS = 3;

  private static final int BATCH_BYTES = BATCH_LONGS * Long.BYTES;
  private static final int FIXED_BYTES = Short.BYTES + 2 * Long.BYTES + Byte.BYTES;

  private final short epoch;
  private final long first;
  private long next;

  /** Ring buffer of batches; its length is the number of batches with space. */
  private long[] ring = new long[BATCH_LONGS];

  /** The number of batches in the ring. */
  private byte remembered;

  /** The slot of the newest batch. */
  private byte newest = -1;

  /** Whether the secret below was presented and checked. Not stored. */
  private boolean proven;

  /** The bits of the secret of this producer and epoch, without an object of their own. */
  private long secretFirst;

  private long secretLast;

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
    return proven && secret.matches(secretFirst, secretLast);
  }

  /** Remembers a secret that was checked, so that later batches need only a comparison. */
  void prove(ProducerSecret secret) {
    proven = true;
    secretFirst = secret.first();
    secretLast = secret.last();
  }

  /** The first sequence of the next new batch. */
  long next() {
    return next;
  }

  /** Whether all batches were appended before a time; false if there is none yet. */
  boolean isSilentSince(long timeMicros) {
    return remembered > 0 && ring[newest * BATCH_LONGS + 2] < timeMicros;
  }

  /** Bytes of heap in addition to {@link #OBJECT_BYTES}. */
  int grownBytes() {
    return ring.length * Long.BYTES - BATCH_BYTES;
  }

  /** Bytes of heap that {@link #grow} would take; 0 if there is space for the next batch. */
  int missingBytes() {
    return remembered < capacity() ? 0 : (grownCapacity() - capacity()) * BATCH_BYTES;
  }

  private int capacity() {
    return ring.length / BATCH_LONGS;
  }

  private int grownCapacity() {
    return Math.min(2 * capacity(), REMEMBERED_BATCHES);
  }

  /** Makes space for more batches. Without it, the next batch takes the place of the oldest. */
  void grow() {
    long[] grown = new long[grownCapacity() * BATCH_LONGS];
    for (int i = 0; i < remembered; i++) {
      System.arraycopy(ring, slot(i) * BATCH_LONGS, grown, i * BATCH_LONGS, BATCH_LONGS);
    }
    newest = (byte) (remembered - 1);
    ring = grown;
  }

  /** Forgets the offsets of all batches but the newest: no bytes are grown after that. */
  void keepNewest() {
    if (remembered > 0) {
      int at = newest * BATCH_LONGS;
      ring = Arrays.copyOfRange(ring, at, at + BATCH_LONGS);
      remembered = 1;
      newest = 0;
    }
  }

  /** The slot of a batch, by age: 0 is the oldest. */
  private int slot(int index) {
    return Math.floorMod(newest - (remembered - 1) + index, capacity());
  }

  /** Remembers a stored batch that begins with {@link #next()}. */
  void add(int records, long baseOffset, long appendTimeMicros) {
    newest = (byte) ((newest + 1) % capacity());
    remembered = (byte) Math.min(remembered + 1, capacity());
    put(newest, next, baseOffset, appendTimeMicros);
    next += records;
  }

  private void put(int slot, long baseSequence, long baseOffset, long appendTimeMicros) {
    int at = slot * BATCH_LONGS;
    ring[at] = baseSequence;
    ring[at + 1] = baseOffset;
    ring[at + 2] = appendTimeMicros;
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
    for (int i = remembered - 1; i >= 0; i--) {
      int at = slot(i) * BATCH_LONGS;
      if (ring[at] == base && after == last + 1) {
        long records = last - base + 1;
        return new StoredBatch(ring[at + 1], ring[at + 1] + records, ring[at + 2]);
      }
      after = ring[at];
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
            + remembered
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
    return FIXED_BYTES + remembered * BATCH_BYTES;
  }

  void encode(ByteBuffer out) {
    out.putShort(epoch).putLong(first).putLong(next).put(remembered);
    for (int i = 0; i < remembered; i++) {
      int at = slot(i) * BATCH_LONGS;
      out.putLong(ring[at]).putLong(ring[at + 1]).putLong(ring[at + 2]);
    }
  }

  /**
   * @throws IllegalArgumentException if the number of batches is not allowed
   */
  static ProducerSequences decode(ByteBuffer in) {
    ProducerSequences sequences = new ProducerSequences(in.getShort(), in.getLong());
    sequences.next = in.getLong();
    int remembered = in.get();
    if (remembered < 0 || remembered > REMEMBERED_BATCHES) {
      throw new IllegalArgumentException("a producer has " + remembered + " batches");
    }
    sequences.ring = Arrays.copyOf(sequences.ring, Math.max(1, remembered) * BATCH_LONGS);
    for (int slot = 0; slot < remembered; slot++) {
      sequences.put(slot, in.getLong(), in.getLong(), in.getLong());
    }
    sequences.remembered = (byte) remembered;
    sequences.newest = (byte) (remembered - 1);
    return sequences;
  }
}
