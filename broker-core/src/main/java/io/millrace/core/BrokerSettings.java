package io.millrace.core;

import io.millrace.protocol.record.BatchLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * The settings of a broker. The constructor checks every value; it throws {@link
 * IllegalArgumentException} that names the setting, its value and the allowed range.
 *
 * @param limits sizes of batches and events
 * @param maxTopics number of topics of clients, at least 1
 * @param maxPartitions number of partitions of all topics of clients, at least 1
 * @param maxPartitionsPerTopic number of partitions of one topic, at least 1
 * @param maxProducersPerPartition number of producers whose sequences a partition remembers, 1 to
 *     1,000,000; the partition forgets the least recently used one first
 * @param producerExpiry a producer without a name is forgotten when it has sent nothing for this
 *     time, 1 ms or more
 * @param maxNamedProducers number of names of producers of all topics, 1 to 1,000,000
 * @param maxSubscriptionsPerPartition subscriptions of one partition, at least 1
 * @param flushInterval longest time from the append of a batch to its fsync when no append waits
 *     for the fsync, 1 ms to 1 hour
 * @param flusherThreads partitions that are fsynced at the same time, 1 to 64
 * @param readerThreads threads for cold reads and scans, 1 to 64
 * @param recoveryThreads partitions that are opened at the same time, 1 to 64
 * @param retentionInterval time between two runs of retention, 1 ms to 1 day
 * @param checkpointBytes bytes appended to a partition between two checkpoints, at least 1
 * @param heapBytes largest size of the heap, of which each {@link MemoryBudget.Use} gets a share
 * @param directBytes largest size of the direct memory, outside the heap
 * @param topicDefaults settings of a topic that its creator does not set. A setting that the
 *     storage engine does not read is ignored
 */
public record BrokerSettings(
    BatchLimits limits,
    int maxTopics,
    int maxPartitions,
    int maxPartitionsPerTopic,
    int maxProducersPerPartition,
    Duration producerExpiry,
    int maxNamedProducers,
    int maxSubscriptionsPerPartition,
    Duration flushInterval,
    int flusherThreads,
    int readerThreads,
    int recoveryThreads,
    Duration retentionInterval,
    long checkpointBytes,
    long heapBytes,
    long directBytes,
    TopicSettings topicDefaults) {

  private static final int MAX_THREADS = 64;
  private static final int MAX_PRODUCERS = 1_000_000;
  private static final Duration LONGEST_EXPIRY = Duration.ofDays(36_500);

  public BrokerSettings {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(topicDefaults, "topicDefaults");
    requireRange("maxTopics", maxTopics, 1, Integer.MAX_VALUE);
    requireRange("maxPartitions", maxPartitions, 1, Integer.MAX_VALUE);
    requireRange("maxPartitionsPerTopic", maxPartitionsPerTopic, 1, Integer.MAX_VALUE);
    requireRange("maxProducersPerPartition", maxProducersPerPartition, 1, MAX_PRODUCERS);
    requireRange("maxNamedProducers", maxNamedProducers, 1, MAX_PRODUCERS);
    requireRange(
        "maxSubscriptionsPerPartition", maxSubscriptionsPerPartition, 1, Integer.MAX_VALUE);
    requireRange("flusherThreads", flusherThreads, 1, MAX_THREADS);
    requireRange("readerThreads", readerThreads, 1, MAX_THREADS);
    requireRange("recoveryThreads", recoveryThreads, 1, MAX_THREADS);
    requireRange("checkpointBytes", checkpointBytes, 1, Long.MAX_VALUE);
    requireRange("heapBytes", heapBytes, 1, Long.MAX_VALUE);
    requireRange("directBytes", directBytes, 1, Long.MAX_VALUE);
    requireRange("producerExpiry", producerExpiry, LONGEST_EXPIRY);
    requireRange("flushInterval", flushInterval, Duration.ofHours(1));
    requireRange("retentionInterval", retentionInterval, Duration.ofDays(1));
  }

  private static void requireRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected " + min + " to " + max);
    }
  }

  private static void requireRange(String name, Duration value, Duration max) {
    Objects.requireNonNull(value, name);
    if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " is " + value + "; expected 1 ms to " + max.toMillis() + " ms");
    }
  }
}
