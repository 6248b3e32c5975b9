package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of topics and partitions. Internal topics do not count, so that a broker which is full
 * of clients' topics still has its own.
 */
record TopicLimits(BrokerSettings settings, TopicTable topics, MemoryShare memory) {

  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);

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
    if (!memory.tryReserve(topicBytes + (long) partitions * PARTITION_BYTES)) {
      long free = Math.max(0, memory.limit() - memory.used() - topicBytes);
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "topic '"
              + name
              + "' cannot have "
              + partitions
              + (topicBytes == 0 ? " more" : "")
              + " partitions: the heap has room for "
              + free / PARTITION_BYTES
              + " more; delete a topic, use fewer partitions, or give the broker more heap"
              + " (MILLRACE_HEAP)");
    }
  }

  /** Reserves the memory of a topic that is on record, or of the broker itself. */
  void reserveServed(int partitions) {
    memory.reserve(bytes(partitions));
  }

  /** The memory of a topic that is gone. */
  void release(int partitions) {
    memory.release(bytes(partitions));
  }

  /** The memory of partitions that were not added after all. */
  void releaseAdded(int partitions) {
    memory.release((long) partitions * PARTITION_BYTES);
  }

  /** Logs a warning if the topics of the start take more memory than they should. */
  void warnIfFull() {
    if (memory.used() > memory.limit()) {
      LOG.warn(
          "event=topics_exceed_heap bytes={} limit={} action=served",
          memory.used(),
          memory.limit());
    }
  }

  /**
   * Refuses a topic of a client that would exceed a limit.
   *
   * @throws BrokerException {@code INVALID_PARTITION_COUNT} or {@code LIMIT_REACHED}
   */
  void requireRoom(String name, int partitions) {
    requireAllowed(name, partitions);
    requireAtMost(
        settings.maxTopics(), "topics", "limits.maxTopics", topics.ofClients().size() + 1L);
    requirePartitions(partitions);
  }

  /**
   * Refuses a number of partitions to which a topic cannot grow.
   *
   * @throws BrokerException {@code INVALID_PARTITION_COUNT} or {@code LIMIT_REACHED}
   */
  void requireRoomToGrow(Topic topic, int partitions) {
    int present = topic.partitions().size();
    if (partitions >= 1 && partitions < present) {
      throw new BrokerException(
          ErrorCode.INVALID_PARTITION_COUNT,
          "topic '"
              + topic.name()
              + "' has "
              + present
              + " partitions and cannot have fewer, such as "
              + partitions
              + "; create another topic and copy the events");
    }
    requireAllowed(topic.name(), partitions);
    requirePartitions(partitions - present);
  }

  private void requireAllowed(String name, int partitions) {
    if (partitions < 1 || partitions > settings.maxPartitionsPerTopic()) {
      throw new BrokerException(
          ErrorCode.INVALID_PARTITION_COUNT,
          "topic '"
              + name
              + "' cannot have "
              + partitions
              + " partitions; expected 1 to "
              + settings.maxPartitionsPerTopic()
              + " (limits.maxPartitionsPerTopic)");
    }
  }

  private void requirePartitions(int added) {
    long existing = topics.ofClients().stream().mapToLong(topic -> topic.partitions().size()).sum();
    requireAtMost(settings.maxPartitions(), "partitions", "limits.maxPartitions", existing + added);
  }

  private static void requireAtMost(int most, String what, String limit, long wanted) {
    if (wanted > most) {
      throw new BrokerException(
          ErrorCode.LIMIT_REACHED,
          "the broker would hold "
              + wanted
              + " "
              + what
              + ", the most allowed are "
              + most
              + "; delete a topic, or raise "
              + limit);
    }
  }
}
