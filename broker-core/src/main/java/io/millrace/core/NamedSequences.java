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
final class NamedSequences {

  private final Map<Long, Short> newestEpochs = new HashMap<>();
  private final Map<Long, ProducerSequences> sequences = new HashMap<>();

  /** Lets this opening of the producer append, and no earlier one. */
  void open(long id, short epoch) {
    newestEpochs.merge(id, epoch, (known, opened) -> (short) Math.max(known, opened));
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
   *     DUPLICATE_SEQUENCE} or {@code OUT_OF_ORDER_SEQUENCE}
   */
  StoredBatch find(long id, short epoch, long base, long last) {
    requireNewest(id, epoch);
    ProducerSequences known = sequences.get(id);
    if (known == null || base >= known.next()) {
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

  void put(long id, ProducerSequences fresh) {
    sequences.put(id, fresh);
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
