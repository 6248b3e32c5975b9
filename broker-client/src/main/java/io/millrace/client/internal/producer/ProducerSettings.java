package io.millrace.client.internal.producer;

import io.millrace.client.Ack;
import io.millrace.client.ReceiptListener;
import io.millrace.client.RetryPolicy;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.record.BatchCodec;
import java.time.Duration;

/**
 * The settings of one producer.
 *
 * @param topic the topic that it sends to
 * @param defaults the fields of events that do not set them
 * @param batches the settings of batches
 * @param limits the limits of its memory, and those of the broker
 * @param delivery how batches are delivered
 */
record ProducerSettings(
    TopicRef topic, EventDefaults defaults, Batching batches, Limits limits, Delivery delivery) {

  /**
   * The fields of events that do not set them.
   *
   * @param source the source, 1 to 255 bytes of UTF-8
   * @param clock the clock for the event time
   */
  record EventDefaults(byte[] source, EventClock clock) {}

  /**
   * The settings that decide how many events a batch has.
   *
   * @param codec the compression of a batch
   * @param maxBytes the maximum number of bytes of a batch before compression, unless one event is
   *     larger
   * @param inARow number of batches of one partition that events without a key fill before they go
   *     to the next partition
   * @param linger how long a batch that is not full waits for more events
   */
  record Batching(BatchCodec codec, int maxBytes, int inARow, Duration linger) {}

  /**
   * The limits of the producer's memory, and those of the broker.
   *
   * @param memoryBytes the maximum number of bytes of unacknowledged batches
   * @param sendTimeout how long {@code send} waits for memory
   * @param maxBatchBytes the broker's limit for a batch
   * @param maxEventBytes the broker's limit for an event
   */
  record Limits(long memoryBytes, Duration sendTimeout, int maxBatchBytes, int maxEventBytes) {}

  /**
   * How batches are delivered.
   *
   * @param producerName the name under which the broker remembers the sequences; null: none
   * @param ack when the broker acknowledges a batch
   * @param maxInFlight the most unanswered batches of a partition
   * @param retry how long delivery is tried, and the pauses between attempts
   * @param receipts the listener for the outcome of batches; null: none
   */
  record Delivery(
      String producerName, Ack ack, int maxInFlight, RetryPolicy retry, ReceiptListener receipts) {

    /** Whether the producer has a name; its caller then chooses the sequences. */
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
