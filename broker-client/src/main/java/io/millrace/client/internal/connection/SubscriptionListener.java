package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.FilterProgressPush;

/** Receives the pushes of one subscription. Called on the event loop. */
public interface SubscriptionListener {

  /**
   * The broker has delivered batches.
   *
   * @param push valid during this call only; a listener that keeps its batches must retain them
   */
  void delivered(DeliverPush push);

  /** The broker has reported what the filter of the subscription has done. */
  void progressed(FilterProgressPush push);

  /** The broker has ended the subscription. */
  void ended(MillraceException cause);
}
