package io.millrace.core;

import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;

/**
 * A partition as messages name it: by its topic and its index. A topic keeps its name for life.
 *
 * @param log the log of the partition
 */
record PartitionName(String topic, LogId log) {

  /**
   * A message of the log, with the partition's name in place of the log's. The log of groups cannot
   * be deleted as a topic is; the message names its own next step.
   */
  String in(String message) {
    String logName = "log " + log;
    String named =
        message.contains(logName) ? message.replace(logName, toString()) : this + ": " + message;
    return topic.equals(TopicName.GROUPS)
        ? named.replace(StorageException.OR_DELETE_TOPIC, GroupLogReplay.NEXT_STEP)
        : named;
  }

  @Override
  public String toString() {
    return "partition " + log.partition() + " of topic '" + topic + "'";
  }
}
