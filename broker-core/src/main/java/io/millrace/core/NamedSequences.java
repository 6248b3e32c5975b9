package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * How far each named producer has come in a partition, and which opening of it is the newest. Never
 * forgotten: whoever repeats an import after a year is still told what is there. Owner thread.
 *
 * <p>Sequences are the application's and may have gaps, so that any batch which begins above the
 * last one is the next. That none is missing in between is for the client to see to, which has one
 * batch under way at a time.
 */
final class NamedSequences {

  private final Map<Long, Short> newestEpochs = new HashMap<>();
  private final Map<Long, ProducerSequences> sequences = new HashMap<>();

  /** From now on this opening of the producer, and none before it, may append. */
  void open(long id, short epoch) {
    newestEpochs.merge(id, epoch, (known, opened) -> (short) Math.max(known, opened));
  }

  /** The last sequence stored; -1 if there is none. */
  long last(long id) {
    ProducerSequences known = sequences.get(id);
    return known == null ? -1 : known.next() - 1;
  }

  /**
   * Where the batch with these sequences was stored before; null if it is new.
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
              + " are stored; open the producer again and send what is above the last sequence");
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
              + "; stop, or open it again if the other is the one to stop");
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
