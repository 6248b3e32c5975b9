package io.millrace.core;

import io.millrace.storage.LogId;

/**
 * A partition as messages name it: by its topic and its index. A topic keeps its name for life.
 *
 * @param log the log of the partition
 */
record PartitionName(String topic, LogId log) {

  /** A message of the log, with the partition's name in place of the log's. */
  String in(String message) {
    String logName = "log " + log;
    return message.contains(logName) ? message.replace(logName, toString()) : this + ": " + message;
  }

  @Override
  public String toString() {
    return "partition " + log.partition() + " of topic '" + topic + "'";
  }
}
