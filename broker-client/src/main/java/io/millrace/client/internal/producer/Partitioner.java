package io.millrace.client.internal.producer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * Chooses the partition of an event. An event with a key goes to {@code CRC-32C(key) mod
 * partitions}. Events without a key go to the sticky partition. When a number of batches of it are
 * full, the next partition becomes the sticky one. Any thread.
 */
final class Partitioner {

  private static final int SEQUENCES_IN_A_ROW = 1024;

  private final int partitions;
  private final int batchesInARow;
  private final AtomicInteger sticky;
  private final AtomicInteger fullBatches = new AtomicInteger();

  /**
   * @param first the first sticky partition
   * @param batchesInARow how many batches to fill in one partition before the next
   */
  Partitioner(int partitions, int first, int batchesInARow) {
    this.partitions = partitions;
    this.batchesInARow = batchesInARow;
    this.sticky = new AtomicInteger(first);
  }

  /** The partition of an event with a key. */
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
   * The partition of an event of a named producer without a key. A sequence always has the same
   * partition. Each 1,024 sequences in a row have one partition, so that they share batches.
   */
  int ofSequence(long sequence) {
    return (int) (sequence / SEQUENCES_IN_A_ROW % partitions);
  }

  /** The present partition of events without a key. */
  int sticky() {
    return sticky.get();
  }

  /**
   * Records that a batch of a partition is full. If the partition has filled its batches in a row,
   * the next partition becomes the sticky one. If another thread has changed the sticky partition,
   * it stays.
   *
   * @return the sticky partition after that
   */
  int afterSticky(int partition) {
    if (sticky.get() == partition && fullBatches.incrementAndGet() % batchesInARow == 0) {
      sticky.compareAndSet(partition, (partition + 1) % partitions);
    }
    return sticky.get();
  }
}
