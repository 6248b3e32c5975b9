package io.millrace.client.internal.consumer;

import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.IsolationLevel;
import java.util.Set;
import java.util.SortedMap;

/**
 * The settings of one consumer.
 *
 * @param topic the topic that it reads
 * @param starts the start position in each partition that it reads
 * @param isolation which events are visible to it
 * @param sources the sources whose events are returned; empty: all
 * @param filter the condition on the events that are returned; empty: all
 * @param limits the limits of its memory, and of one poll
 */
record ConsumerSettings(
    TopicRef topic,
    SortedMap<Integer, StartPosition> starts,
    IsolationLevel isolation,
    Set<String> sources,
    String filter,
    Limits limits) {

  /**
   * The limits of a consumer's memory, and of one poll.
   *
   * @param partitionCreditBytes the share of each partition in the credit
   * @param maxPollEvents the maximum number of events of one poll
   */
  record Limits(long partitionCreditBytes, int maxPollEvents) {}
}
