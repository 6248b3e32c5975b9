package io.millrace.client.internal.producer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * Chooses partitions: an event with a key goes to {@code CRC-32C(key) mod partitions}; events
 * without a key go to one partition until some of its batches are closed, then to the next. Any
 * thread.
 */
final class Partitioner {

  private static final int SEQUENCES_IN_A_ROW = 1024;

  private final int partitions;
  private final int batchesInARow;
  private final AtomicInteger sticky;
  private final AtomicInteger closed = new AtomicInteger();

  Partitioner(int partitions, int first, int batchesInARow) {
    this.partitions = partitions;
    this.batchesInARow = batchesInARow;
    this.sticky = new AtomicInteger(first);
  }

  int ofKey(byte[] key) {
    return ofKey(key, partitions);
  }

  static int ofKey(byte[] key, int partitions) {
    if (partitions == 1) {
      return 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(key, 0, key.length);
    return (int) (crc.getValue() % partitions);
  }

  /**
   * Of a named producer's event without a key: the same each time, and of its neighbours, so that
   * they share batches.
   */
  int ofSequence(long sequence) {
    return (int) (sequence / SEQUENCES_IN_A_ROW % partitions);
  }

  /** The partition of events without a key, for now. */
  int sticky() {
    return sticky.get();
  }

  /**
   * A batch of this partition is closed: if it was the last in a row, goes on to the next
   * partition, unless somebody has already.
   */
  int afterSticky(int partition) {
    if (sticky.get() == partition && closed.incrementAndGet() % batchesInARow == 0) {
      sticky.compareAndSet(partition, (partition + 1) % partitions);
    }
    return sticky.get();
  }
}
