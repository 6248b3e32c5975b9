package io.millrace.core;

import java.nio.ByteBuffer;
import java.util.List;

/** Where a subscription's batches go. Called on the partition's owner thread. */
public interface SubscriptionSink {

  /**
   * Whether the sink takes more now; when it does again, it calls {@link Subscription#resume()}.
   */
  boolean isWritable();

  /**
   * Delivers whole batches.
   *
   * @param batches contiguous runs of whole batches in order, little-endian, read-only; empty when
   *     the filter skipped everything up to {@code nextOffset}
   * @param lease keeps the batches' memory; the sink takes ownership, also where this throws, and
   *     closes it, on any thread, when the bytes are sent or will never be
   * @param nextOffset where the subscription stands after these batches
   * @param visibleEnd how far the subscription could see at this moment
   */
  void deliver(List<ByteBuffer> batches, AutoCloseable lease, long nextOffset, long visibleEnd);

  /** The subscription has ended by the broker's side: retention overtook it, damage, deletion. */
  void ended(BrokerException cause);
}
