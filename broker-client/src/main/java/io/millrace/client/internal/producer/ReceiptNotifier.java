package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.ReceiptListener;
import io.millrace.client.internal.connection.ClientFailures;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of whole batches: the listener, if there is one; and, of events without a future that have
 * failed, whoever flushes or closes next. Told on the event loop, asked by any thread.
 */
final class ReceiptNotifier {

  private static final Logger LOG = LoggerFactory.getLogger(ReceiptNotifier.class);

  private final ReceiptListener listener;
  private final AtomicReference<MillraceException> untold = new AtomicReference<>();

  /**
   * @param listener null: none
   */
  ReceiptNotifier(ReceiptListener listener) {
    this.listener = listener;
  }

  void stored(Receipt first, int count) {
    if (listener != null) {
      guarded(() -> listener.stored(first, count));
    }
  }

  /**
   * @param posted how many of the events have no future
   */
  void failed(int partition, int count, int posted, MillraceException cause) {
    if (posted > 0) {
      untold.compareAndSet(null, cause);
    }
    if (listener != null) {
      guarded(() -> listener.failed(partition, count, cause));
    }
  }

  /** Throws the first failure that nobody was told of, once. */
  void throwUntold() {
    MillraceException failure = untold.getAndSet(null);
    if (failure != null) {
      throw ClientFailures.again(failure);
    }
  }

  /** A defect of the listener's, of whatever kind, must not keep receipts from others. */
  private static void guarded(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      LOG.error("event=receipt_listener_failed", e);
    }
  }
}
