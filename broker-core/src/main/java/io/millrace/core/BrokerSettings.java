package io.millrace.core;

import io.millrace.protocol.record.BatchLimits;
import java.time.Duration;

/**
 * What a broker needs to know.
 *
 * @param limits of batches and events
 * @param maxTopics most topics
 * @param maxPartitions most partitions over all topics
 * @param maxPartitionsPerTopic most partitions of one topic
 * @param maxProducersPerPartition producers whose sequences are remembered; the one silent longest
 *     is forgotten first
 * @param maxSubscriptionsPerPartition most subscriptions of one partition
 * @param flushInterval longest time that a stored batch stays unforced when nobody waits for it
 * @param flusherThreads partitions forced at a time, 1 to 64
 * @param readerThreads threads for cold reads and scans, 1 to 64
 * @param recoveryThreads partitions opened at a time, 1 to 64
 * @param retentionInterval time between two looks at retention
 * @param checkpointBytes a checkpoint is taken after so many bytes were appended to a partition
 * @param topicDefaults what a topic gets that does not say otherwise
 */
public record BrokerSettings(
    BatchLimits limits,
    int maxTopics,
    int maxPartitions,
    int maxPartitionsPerTopic,
    int maxProducersPerPartition,
    int maxSubscriptionsPerPartition,
    Duration flushInterval,
    int flusherThreads,
    int readerThreads,
    int recoveryThreads,
    Duration retentionInterval,
    long checkpointBytes,
    TopicSettings topicDefaults) {}
