package io.millrace.client.internal.consumer;

import io.millrace.client.StartPosition;
import io.millrace.protocol.EpochMicros;

/** The read position of a consumer in one partition. Belongs to the consumer's thread. */
final class PartitionCursor {

  /**
   * The client grants credit each time that it has consumed a quarter of the partition's share.
   * This needs few messages, and the broker does not wait until the whole share is consumed.
   */
  private static final int GRANTS_PER_SHARE = 4;

  private final PartitionSubscription subscription;
  private final ConsumerSettings settings;
  private final long grantBytes;
  private final long startMicros;
  private long position;
  private boolean startReached;
  private long consumedBytes;

  /**
   * @param position the offset of the first event to return
   */
  PartitionCursor(PartitionSubscription subscription, ConsumerSettings settings, long position) {
    this.subscription = subscription;
    this.settings = settings;
    this.grantBytes = settings.limits().partitionCreditBytes() / GRANTS_PER_SHARE;
    this.position = position;
    StartPosition start = settings.starts().get(subscription.partition());
    this.startReached = !(start instanceof StartPosition.Timestamp);
    this.startMicros =
        start instanceof StartPosition.Timestamp from ? EpochMicros.of(from.timestamp()) : 0;
  }

  /** The partition, from 0. */
  int partition() {
    return subscription.partition();
  }

  /** The settings of the subscription, with the topic and the sources. */
  ConsumerSettings settings() {
    return settings;
  }

  /** The offset of the next event. */
  long position() {
    return position;
  }

  /** Moves the position forward; never back. */
  void advance(long next) {
    position = Math.max(position, next);
  }

  /**
   * Whether an event is at or after the start. A start by time ends with the first event whose
   * event time is at or after the start time. All events after this event are returned, whatever
   * their event time.
   *
   * @param eventTimeMicros the event time of an event of the requested sources
   */
  boolean isStartReached(long eventTimeMicros) {
    if (!startReached) {
      startReached = eventTimeMicros >= startMicros;
    }
    return startReached;
  }

  /** Records that a whole batch is read. */
  void consumed(int bytes) {
    consumedBytes += bytes;
    if (consumedBytes >= grantBytes) {
      subscription.consumed(consumedBytes);
      consumedBytes = 0;
    }
  }
}
