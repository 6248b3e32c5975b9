package io.millrace.core;

import java.nio.ByteBuffer;
import java.util.List;

/** The receiver of a subscription's batches. Called on the partition's owner thread. */
public interface SubscriptionSink {

  /**
   * Whether the sink takes more batches now. A sink that has answered false calls {@link
   * Subscription#resume()} when it takes more.
   */
  boolean isWritable();

  /** Whether a quota delays the deliveries: why the sink does not take more, for people. */
  boolean isOverQuota();

  /**
   * Delivers whole batches.
   *
   * @param batches contiguous runs of whole batches in order, little-endian, read-only; empty when
   *     the filter skipped everything up to {@code nextOffset}
   * @param lease keeps the batches' memory. The sink takes ownership, even if this method throws.
   *     It closes the lease, on any thread, when the bytes are sent or will never be sent
   * @param nextOffset the next offset of the subscription after these batches
   * @param visibleEnd the visible end of the subscription at this moment
   */
  void deliver(List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd);

  /** The broker has ended the subscription: by retention, damage, deletion or shutdown. */
  void ended(BrokerException cause);
}
