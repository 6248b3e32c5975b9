package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory that topics and their open partitions take of their share. Any thread. */
record TopicMemory(MemoryShare share) {

  private static final Logger LOG = LoggerFactory.getLogger(TopicMemory.class);

  /** Bytes of heap of a topic without its partitions. Measured with a heap histogram. */
  static final int TOPIC_BYTES = 1536;

  /**
   * Bytes of heap of an open partition without events, measured with a heap histogram, and of the
   * producers that it always remembers.
   */
  static final int PARTITION_BYTES =
      7680 + ProducerTable.ALWAYS_REMEMBERED * ProducerTable.PRODUCER_BYTES;

  private static long bytes(int partitions) {
    return TOPIC_BYTES + (long) partitions * PARTITION_BYTES;
  }

  /**
   * Reserves the memory of a topic of a client.
   *
   * @throws BrokerException {@code LIMIT_REACHED}
   */
  void reserve(String name, int partitions) {
    reserve(name, partitions, TOPIC_BYTES);
  }

  /**
   * Reserves the memory of partitions that are added to a topic.
   *
   * @throws BrokerException {@code LIMIT_REACHED}
   */
  void reserveAdded(String name, int partitions) {
    reserve(name, partitions, 0);
  }

  private void reserve(String name, int partitions, int topicBytes) {
    if (!share.tryReserve(topicBytes + (long) partitions * PARTITION_BYTES)) {
      long free = Math.max(0, share.limit() - share.used() - topicBytes);
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "topic '"
              + name
              + "' cannot have "
              + partitions
              + (topicBytes == 0 ? " more" : "")
              + " partitions: the heap has space for "
              + free / PARTITION_BYTES
              + " more; delete a topic, use fewer partitions, or give the broker more heap"
              + " (MILLRACE_HEAP)");
    }
  }

  /** Reserves the memory of a topic that is on record, or of the broker itself. */
  void reserveServed(int partitions) {
    share.reserve(bytes(partitions));
  }

  /** The memory of a topic that is gone. */
  void release(int partitions) {
    share.release(bytes(partitions));
  }

  /** The memory of partitions that were not added after all. */
  void releaseAdded(int partitions) {
    share.release((long) partitions * PARTITION_BYTES);
  }

  /** Logs a warning if the topics of the start take more memory than they should. */
  void warnIfFull() {
    if (share.used() > share.limit()) {
      LOG.warn(
          "event=topics_exceed_heap bytes={} limit={} action=served", share.used(), share.limit());
    }
  }
}
