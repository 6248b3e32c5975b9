package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.wire.DeliverPush;

/** Who takes what the broker pushes for one subscription. Called on the event loop. */
public interface SubscriptionListener {

  /** Batches have come; they live no longer than this call unless they are retained. */
  void delivered(DeliverPush push);

  /** The broker has ended the subscription. */
  void ended(MillraceException cause);
}
