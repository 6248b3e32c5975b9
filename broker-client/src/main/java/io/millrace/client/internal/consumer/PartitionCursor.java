package io.millrace.client.internal.consumer;

import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.EpochMicros;

/** Where a consumer stands in one partition. The consumer's thread only. */
final class PartitionCursor {

  /** Credit goes back when so much of it has gathered: few messages, and never all of it held. */
  private static final int SHARES_PER_CREDIT = 4;

  private final PartitionSubscription feed;
  private final long creditStep;
  private final long startMicros;
  private long position;
  private boolean reached;
  private long consumedBytes;

  /**
   * @param position first offset wanted
   */
  PartitionCursor(PartitionSubscription feed, ConsumerSettings settings, long position) {
    this.feed = feed;
    this.creditStep = settings.limits().partitionCreditBytes() / SHARES_PER_CREDIT;
    this.position = position;
    StartPosition start = settings.starts().get(feed.partition());
    this.reached = !(start instanceof StartPosition.Timestamp);
    this.startMicros =
        start instanceof StartPosition.Timestamp from ? EpochMicros.of(from.timestamp()) : 0;
  }

  int partition() {
    return feed.partition();
  }

  /** Offset of the next event. */
  long position() {
    return position;
  }

  void advance(long next) {
    position = Math.max(position, next);
  }

  /**
   * Whether the event time of the start was reached, for an event of the sources asked for; once it
   * was, all later events count.
   */
  boolean isReached(long eventTimeMicros) {
    if (!reached) {
      reached = eventTimeMicros >= startMicros;
    }
    return reached;
  }

  /** A batch is done with. */
  void consumed(int bytes) {
    consumedBytes += bytes;
    if (consumedBytes >= creditStep) {
      feed.giveBack(consumedBytes);
      consumedBytes = 0;
    }
  }
}
