package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.List;

/**
 * The limits of topics and partitions. Internal topics do not count, so that a broker which is full
 * of clients' topics still has its own.
 */
record TopicLimits(BrokerSettings settings, TopicTable topics) {

  /**
   * Refuses a topic of a client that would exceed a limit.
   *
   * @throws BrokerException {@code INVALID_PARTITION_COUNT} or {@code LIMIT_REACHED}
   */
  void requireRoom(String name, int partitions) {
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
    List<Topic> existing = topics.ofClients();
    requireAtMost(settings.maxTopics(), "topics", "limits.maxTopics", existing.size() + 1L);
    long existingPartitions = existing.stream().mapToLong(topic -> topic.partitions().size()).sum();
    requireAtMost(
        settings.maxPartitions(),
        "partitions",
        "limits.maxPartitions",
        existingPartitions + partitions);
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
