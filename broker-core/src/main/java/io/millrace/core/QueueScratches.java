package io.millrace.core;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory with which the reader threads decode batches for queues. Each thread takes one for a
 * task; a few are kept. Any thread.
 */
final class QueueScratches {

  private static final int MAX_KEPT = 4;

  /** A scratch that a large batch has made larger is not kept. */
  private static final long MAX_KEPT_BYTES = 4 * 1024 * 1024;

  private final int maxRecordsBytes;
  private final ConcurrentLinkedQueue<FilterScratch> kept = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * @param maxRecordsBytes most bytes of a batch's records, uncompressed
   */
  QueueScratches(int maxRecordsBytes) {
    this.maxRecordsBytes = maxRecordsBytes;
  }

  FilterScratch take() {
    FilterScratch scratch = kept.poll();
    if (scratch == null) {
      return new FilterScratch(maxRecordsBytes);
    }
    count.decrementAndGet();
    return scratch;
  }

  /** Gives a scratch back that was taken. */
  void give(FilterScratch scratch) {
    scratch.records.close();
    if (scratch.memoryBytes() > MAX_KEPT_BYTES) {
      return;
    }
    if (count.incrementAndGet() > MAX_KEPT) {
      count.decrementAndGet();
      return;
    }
    kept.add(scratch);
  }
}
