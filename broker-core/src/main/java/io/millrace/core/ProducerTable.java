package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The producers whose sequences a partition remembers, so that a batch sent twice is stored once.
 * Owner thread.
 *
 * <p>Bounded by a number, and by the memory that all partitions share: the least recently used
 * producer is forgotten first. A producer that was silent for long is forgotten, too. The first
 * {@value #ALWAYS_REMEMBERED} producers need no space in the share, because the memory of a
 * partition includes theirs.
 *
 * <p>Named producers have a table and rules of their own.
 *
 * <p>A snapshot begins with {@code i64} forgotten below and {@code i32} count. Then come the
 * producers, the least recently used first and named ones last. Each has {@code i64} id, {@code
 * i16} epoch, {@code i64} first sequence, {@code i64} next sequence and {@code u8} batches. Each
 * batch has {@code i64} base sequence, {@code i64} base offset and {@code i64} append time.
 *
 * <p>A producer that is not in the table must begin with sequence 0, because with a later sequence,
 * the broker could not see that the first batches are missing. A producer that may have been
 * forgotten is the exception: it may begin with any sequence. A producer may have been forgotten if
 * its id is below {@code forgottenBelow}.
 */
final class ProducerTable implements PartitionState {

  static final int SECTION_ID = 1;

  private static final int FIXED_BYTES = Long.BYTES + Integer.BYTES;

  /** Producers that a partition can remember however full the share is. */
  static final int ALWAYS_REMEMBERED = 4;

  /**
   * Bytes of heap of one producer: an entry of the map (40), its key (24), its part of the array of
   * the map (16), and its sequences. Measured with a heap histogram.
   */
  static final int PRODUCER_BYTES = 80 + ProducerSequences.OBJECT_BYTES;

  private final int maxProducers;
  private final ProducerProof proof;
  private final ProducerMemory memory;
  private final MemoryReservation reserved;

  /** In order of last use, the least recently used first. */
  private final LinkedHashMap<Long, ProducerSequences> producers =
      new LinkedHashMap<>(16, 0.75f, true);

  private final NamedSequences named;
  private long forgottenBelow;

  /** Bytes of the producers' batches for which their objects have no space at first. */
  private long grownBytes;

  ProducerTable(int maxProducers, ProducerProof proof, ProducerMemory memory) {
    this.maxProducers = maxProducers;
    this.proof = proof;
    this.memory = memory;
    this.reserved = memory.reservation();
    this.named = new NamedSequences(memory.reservation());
  }

  NamedSequences named() {
    return named;
  }

  /**
   * The position of the batch if it is stored already; null if it is new and may be appended.
   *
   * @param at position of the batch's header
   * @param secret the proof of the batch's producer id and epoch; not read if it has none
   * @throws BrokerException {@code OUT_OF_ORDER_SEQUENCE}, {@code DUPLICATE_SEQUENCE}, {@code
   *     STALE_PRODUCER_EPOCH}, {@code UNKNOWN_PRODUCER}, or {@code LIMIT_REACHED} for a named
   *     producer
   */
  StoredBatch find(ByteBuffer batch, int at, ProducerSecret secret) {
    long id = BatchHeader.producerId(batch, at);
    if (id == BatchHeader.NO_PRODUCER) {
      return null;
    }
    long base = BatchHeader.baseSequence(batch, at);
    long last = base + BatchHeader.lastOffsetDelta(batch, at);
    short epoch = BatchHeader.producerEpoch(batch, at);
    ProducerSequences known = isNamed(id) ? named.get(id) : producers.get(id);
    requireProven(known, id, epoch, secret);
    if (isNamed(id)) {
      return named.find(id, epoch, base, last);
    }
    if (known != null && epoch < known.epoch()) {
      throw new BrokerException(
          ErrorCode.STALE_PRODUCER_EPOCH,
          "producer "
              + id
              + " has epoch "
              + epoch
              + "; epoch "
              + known.epoch()
              + " has taken over; stop, or continue with a new producer id");
    }
    if (known != null && epoch == known.epoch()) {
      return known.find(id, base, last);
    }
    boolean mayBeForgotten = known == null && id < forgottenBelow;
    if (base != 0 && !mayBeForgotten) {
      throw ProducerSequences.outOfOrder(
          id, base, last, "expected 0, because the producer is new in this partition");
    }
    return null;
  }

  /**
   * Checks that the client may use this id and epoch. The check computes a secret once for each
   * producer that the partition knows, and then compares.
   */
  private void requireProven(ProducerSequences known, long id, short epoch, ProducerSecret secret) {
    boolean sameEpoch = known != null && known.epoch() == epoch;
    if (sameEpoch && known.isProven(secret)) {
      return;
    }
    proof.require(id, epoch, secret);
    if (sameEpoch) {
      known.prove(secret);
    }
  }

  @Override
  public int sectionId() {
    return SECTION_ID;
  }

  @Override
  public Needs needs() {
    return Needs.HEADERS;
  }

  /** Remembers the sequences of a batch. */
  @Override
  public void apply(ByteBuffer batch, int at) {
    long id = BatchHeader.producerId(batch, at);
    if (id == BatchHeader.NO_PRODUCER) {
      return;
    }
    long base = BatchHeader.baseSequence(batch, at);
    short epoch = BatchHeader.producerEpoch(batch, at);
    ProducerSequences sequences = isNamed(id) ? named.get(id) : producers.get(id);
    if (sequences == null || sequences.epoch() != epoch || sequences.next() != base) {
      sequences = new ProducerSequences(epoch, base);
      put(id, sequences);
    } else if (sequences.missingBytes() > 0) {
      grow(id, sequences);
    }
    sequences.add(
        BatchHeader.lastOffsetDelta(batch, at) + 1,
        BatchHeader.baseOffset(batch, at),
        BatchHeader.appendTime(batch, at));
  }

  private static boolean isNamed(long id) {
    return id >= BatchHeader.FIRST_NAMED_PRODUCER;
  }

  private void put(long id, ProducerSequences sequences) {
    if (isNamed(id)) {
      named.put(id, sequences);
      return;
    }
    ProducerSequences before = producers.put(id, sequences);
    grownBytes += sequences.grownBytes() - (before == null ? 0 : before.grownBytes());
    forgetSilent();
    while (producers.size() > maxProducers || !(isSmall() || reserved.tryResize(bytes()))) {
      forgetOldest();
    }
    if (!reserved.tryResize(bytes())) {
      grownBytes -= sequences.grownBytes();
      sequences.keepNewest(); // it was restored from a checkpoint
      giveBackForgotten();
    }
  }

  /** Makes space for more batches of a producer, if necessary in place of other producers. */
  private void grow(long id, ProducerSequences sequences) {
    int missing = sequences.missingBytes();
    if (isNamed(id)) {
      if (named.tryReserve(missing)) {
        sequences.grow();
      }
      return;
    }
    while (!reserved.tryResize(bytes() + missing)) {
      if (isSmall()) {
        giveBackForgotten();
        return; // the next batch takes the place of the oldest
      }
      forgetOldest();
    }
    grownBytes += missing;
    sequences.grow();
  }

  private boolean isSmall() {
    return producers.size() <= ALWAYS_REMEMBERED;
  }

  /** The bytes to reserve in the share. */
  private long bytes() {
    return Math.max(0, producers.size() - ALWAYS_REMEMBERED) * (long) PRODUCER_BYTES + grownBytes;
  }

  private void forgetOldest() {
    forget(producers.entrySet().iterator());
  }

  /** Forgets the next producer of an iterator. */
  private void forget(Iterator<Map.Entry<Long, ProducerSequences>> oldestFirst) {
    Map.Entry<Long, ProducerSequences> oldest = oldestFirst.next();
    forgottenBelow = Math.max(forgottenBelow, oldest.getKey() + 1);
    grownBytes -= oldest.getValue().grownBytes();
    oldestFirst.remove();
  }

  /** Forgets the producers that were silent for longer than the broker remembers them. */
  void forgetSilent() {
    long before = memory.forgottenBeforeMicros();
    int known = producers.size();
    while (!producers.isEmpty() && oldest().isSilentSince(before)) {
      forgetOldest();
    }
    if (producers.size() < known) {
      giveBackForgotten();
    }
  }

  /** Gives the memory of forgotten producers back. It shrinks, which always succeeds. */
  private void giveBackForgotten() {
    reserved.tryResize(bytes());
  }

  private ProducerSequences oldest() {
    return producers.values().iterator().next();
  }

  /** Gives the memory back. The table is not used after that. */
  void close() {
    reserved.close();
    named.close();
  }

  /** The ids of the remembered producers, named ones included. */
  LongStream ids() {
    return LongStream.concat(producers.keySet().stream().mapToLong(Long::longValue), named.ids());
  }

  /** From now on any producer may have been forgotten. */
  @Override
  public void earlierBatchesAreGone() {
    forgottenBelow = Long.MAX_VALUE;
  }

  @Override
  public int snapshotBytes() {
    int bytes = FIXED_BYTES + named.encodedBytes();
    for (ProducerSequences sequences : producers.values()) {
      bytes += Long.BYTES + sequences.encodedBytes();
    }
    return bytes;
  }

  @Override
  public void snapshot(ByteBuffer out) {
    out.putLong(forgottenBelow).putInt(producers.size() + named.count());
    for (Map.Entry<Long, ProducerSequences> producer : producers.entrySet()) {
      out.putLong(producer.getKey());
      producer.getValue().encode(out);
    }
    named.encode(out);
  }

  @Override
  public void restore(ByteBuffer section) {
    forgottenBelow = section.getLong();
    int count = section.getInt();
    for (int i = 0; i < count; i++) {
      put(section.getLong(), ProducerSequences.decode(section));
    }
    forgetSilent();
  }
}
