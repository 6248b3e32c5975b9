package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The last sequence of each named producer in a partition, and the newest opening of each. Never
 * forgotten: a producer that repeats an import after a year still learns the last stored sequence.
 * Owner thread.
 *
 * <p>The application chooses the sequences, and they may have gaps. So every batch that begins
 * above the last sequence is new. The client makes sure that no batch is missing in between: it has
 * one batch in flight at a time.
 */
final class NamedSequences implements AutoCloseable {

  /** Bytes of heap of one opening: an entry of a map (32 + 16), its key (24), the epoch (16). */
  static final int OPENING_BYTES = 88;

  /** Bytes of heap of the sequences of one producer: an entry, its key, and the object. */
  private static final int SEQUENCES_BYTES = 72 + ProducerSequences.OBJECT_BYTES;

  private final Map<Long, Short> newestEpochs = new HashMap<>();
  private final Map<Long, ProducerSequences> sequences = new HashMap<>();
  private final MemoryReservation reserved;

  /** Bytes of the producers' batches for which their objects have no space at first. */
  private long grownBytes;

  /**
   * @param reserved empty; {@link #close} closes it
   */
  NamedSequences(MemoryReservation reserved) {
    this.reserved = reserved;
  }

  /**
   * Lets this opening of the producer append, and no earlier one. Its memory was checked before the
   * opening was saved, so it is never refused here.
   */
  void open(long id, short epoch) {
    newestEpochs.merge(id, epoch, (known, opened) -> (short) Math.max(known, opened));
    reserved.resize(bytes(sequences.size()));
  }

  private long bytes(int producers) {
    return (long) newestEpochs.size() * OPENING_BYTES
        + (long) producers * SEQUENCES_BYTES
        + grownBytes;
  }

  /** Reserves space for more batches of a producer; false if there is none. */
  boolean tryReserve(int missingBytes) {
    if (!reserved.tryResize(bytes(sequences.size()) + missingBytes)) {
      return false;
    }
    grownBytes += missingBytes;
    return true;
  }

  /** The last stored sequence; -1 if there is none. */
  long last(long id) {
    ProducerSequences known = sequences.get(id);
    return known == null ? -1 : known.next() - 1;
  }

  /**
   * The stored batch with these sequences; null if the batch is new.
   *
   * @throws BrokerException {@code UNKNOWN_PRODUCER}, {@code STALE_PRODUCER_EPOCH}, {@code
   *     DUPLICATE_SEQUENCE}, {@code OUT_OF_ORDER_SEQUENCE}, or {@code LIMIT_REACHED} if there is no
   *     memory for the producer
   */
  StoredBatch find(long id, short epoch, long base, long last) {
    requireNewest(id, epoch);
    ProducerSequences known = sequences.get(id);
    if (known == null) {
      requireRoom(id);
      return null;
    }
    if (base >= known.next()) {
      return null;
    }
    if (last >= known.next()) {
      throw new BrokerException(
          ErrorCode.OUT_OF_ORDER_SEQUENCE,
          "named producer "
              + id
              + " sent sequences "
              + base
              + " to "
              + last
              + ", of which those up to "
              + (known.next() - 1)
              + " are stored; open the producer again and send the events after the last sequence");
    }
    return known.receipt(id, base, last);
  }

  /** The first batch of a producer is about to be appended: its sequences are never forgotten. */
  private void requireRoom(long id) {
    if (!reserved.tryResize(bytes(sequences.size() + 1))) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "named producer "
              + id
              + " is new in this partition, and the producers that the broker remembers take all of"
              + " their memory ("
              + reserved.limit()
              + " bytes); use fewer names or partitions, delete topics that are no longer needed, or"
              + " give the broker more heap (MILLRACE_HEAP)");
    }
  }

  private void requireNewest(long id, short epoch) {
    Short newest = newestEpochs.get(id);
    if (newest == null || epoch > newest) {
      throw new BrokerException(
          ErrorCode.UNKNOWN_PRODUCER,
          "named producer "
              + id
              + ", epoch "
              + epoch
              + ", was not opened for this topic; open it by its name");
    }
    if (epoch < newest) {
      throw new BrokerException(
          ErrorCode.STALE_PRODUCER_EPOCH,
          "named producer "
              + id
              + " has epoch "
              + epoch
              + "; it was opened again with epoch "
              + newest
              + "; stop this producer, or open it again to stop the other");
    }
  }

  ProducerSequences get(long id) {
    return sequences.get(id);
  }

  /** Remembers a producer; {@link #find} has reserved its memory, unless the log is replayed. */
  void put(long id, ProducerSequences fresh) {
    ProducerSequences before = sequences.put(id, fresh);
    grownBytes += fresh.grownBytes() - (before == null ? 0 : before.grownBytes());
    reserved.resize(bytes(sequences.size()));
  }

  @Override
  public void close() {
    reserved.close();
  }

  LongStream ids() {
    return sequences.keySet().stream().mapToLong(Long::longValue);
  }

  int count() {
    return sequences.size();
  }

  int encodedBytes() {
    int bytes = 0;
    for (ProducerSequences each : sequences.values()) {
      bytes += Long.BYTES + each.encodedBytes();
    }
    return bytes;
  }

  void encode(ByteBuffer out) {
    sequences.forEach(
        (id, each) -> {
          out.putLong(id);
          each.encode(out);
        });
  }
}
