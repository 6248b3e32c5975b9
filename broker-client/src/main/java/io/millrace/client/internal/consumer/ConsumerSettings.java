package io.millrace.client.internal.consumer;

import io.millrace.client.StartPosition;
import io.millrace.protocol.Isolation;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;

/**
 * The settings of one consumer.
 *
 * @param topic name of the topic
 * @param topicId its identity
 * @param starts where to begin, by partition
 * @param isolation how far to see
 * @param sources whose events to hand out; empty: all
 * @param partitionCreditBytes each partition's share of the credit
 * @param maxPollEvents most events of one poll
 */
record ConsumerSettings(
    String topic,
    UUID topicId,
    SortedMap<Integer, StartPosition> starts,
    Isolation isolation,
    Set<String> sources,
    long partitionCreditBytes,
    int maxPollEvents) {}
