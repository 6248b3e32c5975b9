package io.millrace.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The expected log: every batch that was appended and not lost, as it was stamped. */
final class ExpectedLog {

  /**
   * @param sequence the producer's, of the first event
   */
  record Batch(long offset, long nextOffset, long producer, long sequence, byte[] bytes) {}

  private record Sequence(long producer, long sequence) {}

  private final List<Batch> batches = new ArrayList<>();
  private final Map<Sequence, Batch> bySequence = new HashMap<>();
  private final Map<Long, Batch> lastOfProducer = new HashMap<>();

  long end() {
    return batches.isEmpty() ? 0 : batches.get(batches.size() - 1).nextOffset();
  }

  void add(Batch batch) {
    Batch twin = bySequence.put(new Sequence(batch.producer(), batch.sequence()), batch);
    Invariant.NO_DUPLICATE.require(
        twin == null,
        () ->
            "producer %d sequence %d was at offset %d and was stored again at %d"
                .formatted(batch.producer(), batch.sequence(), twin.offset(), batch.offset()));
    batches.add(batch);
    requireOrder(batch);
  }

  private void requireOrder(Batch batch) {
    Batch before = lastOfProducer.put(batch.producer(), batch);
    Invariant.ORDER_KEPT.require(
        before == null || before.sequence() < batch.sequence(),
        () ->
            "producer %d: sequence %d was stored after %d"
                .formatted(batch.producer(), batch.sequence(), before.sequence()));
  }

  /** The batch with this producer's sequence; null if it is not there. */
  Batch find(long producer, long sequence) {
    return bySequence.get(new Sequence(producer, sequence));
  }

  /** The batch that begins at an offset; null if none does. */
  Batch at(long offset) {
    int low = 0;
    int high = batches.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Batch batch = batches.get(middle);
      if (batch.offset() == offset) {
        return batch;
      }
      if (batch.offset() < offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** The first offset of the batch that contains an offset; the offset itself at the end. */
  long batchStart(long offset) {
    long from = offset;
    while (!isBoundary(from)) {
      from--;
    }
    return from;
  }

  boolean isBoundary(long offset) {
    return offset == end() || at(offset) != null;
  }

  /** Removes the batches that a crash has lost; returns their producers. */
  Set<Long> cutAt(long end) {
    Set<Long> losers = new HashSet<>();
    while (end() > end) {
      Batch lost = batches.remove(batches.size() - 1);
      bySequence.remove(new Sequence(lost.producer(), lost.sequence()));
      losers.add(lost.producer());
    }
    lastOfProducer.clear();
    batches.forEach(this::requireOrder);
    return losers;
  }
}
