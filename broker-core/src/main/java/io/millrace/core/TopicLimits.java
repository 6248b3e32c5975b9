package io.millrace.core;

import io.millrace.protocol.ErrorCode;

/**
 * The numbers of topics and partitions that are allowed. Internal topics do not count, so that a
 * broker which is full of clients' topics still has its own.
 */
record TopicLimits(BrokerSettings settings, TopicTable topics) {

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
