package io.millrace.client.internal.producer;

import io.millrace.client.Ack;
import io.millrace.client.ReceiptListener;
import io.millrace.client.RetryPolicy;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.record.Codec;
import java.time.Duration;

/**
 * The settings of one producer.
 *
 * @param topic the topic that it sends to
 * @param defaults the fields of an event that sets none
 * @param batches how events share batches
 * @param limits the limits of its memory and of the broker
 * @param delivery how a batch is delivered
 */
record ProducerSettings(
    TopicRef topic, EventDefaults defaults, Batching batches, Limits limits, Delivery delivery) {

  /**
   * The fields of an event that sets none.
   *
   * @param source the source, UTF-8
   * @param clock the event time
   */
  record EventDefaults(byte[] source, EventClock clock) {}

  /**
   * How events share batches.
   *
   * @param codec the compression of a batch
   * @param maxBytes the size of a batch before compression, from which on it takes no more events
   * @param inARow how many batches events without a key fill in one partition before the next
   * @param linger how long a batch waits for more events
   */
  record Batching(Codec codec, int maxBytes, int inARow, Duration linger) {}

  /**
   * The limits of the producer's memory and of the broker.
   *
   * @param memoryBytes the most bytes of unacknowledged batches
   * @param sendTimeout how long {@code send} waits for memory
   * @param maxBatchBytes the broker's limit of a batch
   * @param maxEventBytes the broker's limit of an event
   */
  record Limits(long memoryBytes, Duration sendTimeout, int maxBatchBytes, int maxEventBytes) {}

  /**
   * How a batch is delivered.
   *
   * @param producerName the name under which the broker remembers the sequences; null: none
   * @param ack when an event is acknowledged
   * @param maxInFlight the most unanswered batches of a partition
   * @param retry how long and how often delivery is tried
   * @param receipts the listener for the outcome of batches; null: none
   */
  record Delivery(
      String producerName, Ack ack, int maxInFlight, RetryPolicy retry, ReceiptListener receipts) {

    /** Whether the sequences are the caller's. */
    boolean isNamed() {
      return producerName != null;
    }

    AckLevel ackLevel() {
      return switch (ack) {
        case NONE -> AckLevel.NONE;
        case STORED -> AckLevel.STORED;
        case SYNCED -> AckLevel.SYNCED;
      };
    }
  }
}
