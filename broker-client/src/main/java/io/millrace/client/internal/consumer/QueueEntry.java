package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.netty.buffer.ByteBuf;

/** What comes from the event loop to a consumer's thread, in order. */
sealed interface QueueEntry {

  /**
   * Batches of one partition. Whoever takes it from the {@link DeliveryQueue} releases its bytes.
   */
  final class Delivery implements QueueEntry {

    private final PartitionSubscription feed;
    private final ByteBuf batches;

    // Guarded by the queue's lock until it is taken; unchanged after.
    private long nextOffset;
    private boolean taken;

    /**
     * @param batches whole record batches; ownership passes to the delivery
     */
    Delivery(PartitionSubscription feed, ByteBuf batches, long nextOffset) {
      this.feed = feed;
      this.batches = batches;
      this.nextOffset = nextOffset;
    }

    PartitionSubscription feed() {
      return feed;
    }

    ByteBuf batches() {
      return batches;
    }

    /** Where the partition stands after these batches. */
    long nextOffset() {
      return nextOffset;
    }

    void nextOffset(long nextOffset) {
      this.nextOffset = nextOffset;
    }

    boolean isTaken() {
      return taken;
    }

    void take() {
      taken = true;
    }
  }

  /**
   * No more will come of a partition.
   *
   * @param cause why
   */
  record SubscriptionEnd(MillraceException cause) implements QueueEntry {}
}
