package io.millrace.client.internal.producer;

import io.millrace.client.Ack;
import io.millrace.client.ReceiptListener;
import io.millrace.client.RetryPolicy;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.record.Codec;
import java.time.Duration;
import java.util.UUID;

/**
 * The settings of one producer.
 *
 * @param topic name of the topic
 * @param topicId its identity
 * @param partitions how many it has
 * @param name by which it goes on where it was; null: none
 * @param source of events that name none, UTF-8
 * @param ack when an event is acknowledged
 * @param codec how batches are compressed
 * @param batchBytes up to which events share a batch
 * @param batchesInARow that events without a key fill in one partition before the next
 * @param maxBatchBytes the broker's limit of a batch
 * @param maxEventBytes the broker's limit of an event
 * @param linger how long a batch waits for more events
 * @param maxInFlight most unanswered batches a partition
 * @param memoryLimit most bytes of unacknowledged batches
 * @param sendTimeout how long send waits for memory
 * @param receipts who is told of batches; null: nobody
 * @param retry how long and how often delivery is tried
 * @param clock event time of events that have none
 */
record ProducerSettings(
    String topic,
    UUID topicId,
    int partitions,
    String name,
    byte[] source,
    Ack ack,
    Codec codec,
    int batchBytes,
    int batchesInARow,
    int maxBatchBytes,
    int maxEventBytes,
    Duration linger,
    int maxInFlight,
    long memoryLimit,
    Duration sendTimeout,
    ReceiptListener receipts,
    RetryPolicy retry,
    EventClock clock) {

  /** Whether the sequences are the caller's. */
  boolean isNamed() {
    return name != null;
  }

  AckLevel ackLevel() {
    return switch (ack) {
      case NONE -> AckLevel.NONE;
      case STORED -> AckLevel.STORED;
      case SYNCED -> AckLevel.SYNCED;
    };
  }
}
