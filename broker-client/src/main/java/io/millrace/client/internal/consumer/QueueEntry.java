package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.netty.buffer.ByteBuf;

/** An entry of the {@link DeliveryQueue}. */
sealed interface QueueEntry {

  /**
   * Batches of one partition. The thread that takes a delivery from the queue owns it and must
   * release its bytes.
   */
  final class Delivery implements QueueEntry {

    private final PartitionSubscription subscription;
    private final ByteBuf batches;

    // Guarded by the lock of the queue until the delivery is taken, unchanged after that.
    private long nextOffset;
    private boolean taken;

    /**
     * @param batches whole record batches; ownership passes to the delivery
     */
    Delivery(PartitionSubscription subscription, ByteBuf batches, long nextOffset) {
      this.subscription = subscription;
      this.batches = batches;
      this.nextOffset = nextOffset;
    }

    PartitionSubscription subscription() {
      return subscription;
    }

    ByteBuf batches() {
      return batches;
    }

    /** The position in the partition after these batches. */
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
   * The end of the subscription of one partition: no more deliveries follow.
   *
   * @param cause the reason
   */
  record SubscriptionEnd(PartitionSubscription subscription, MillraceException cause)
      implements QueueEntry {}
}
