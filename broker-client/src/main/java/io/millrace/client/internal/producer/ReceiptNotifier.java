package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.ReceiptListener;
import io.millrace.client.internal.connection.ClientFailures;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the outcome of whole batches to the listener of the producer. It also keeps the first
 * failure of posted events, which have no future, for the next flush or close. The event loop
 * reports; any thread may take the failure.
 */
final class ReceiptNotifier {

  private static final Logger LOG = LoggerFactory.getLogger(ReceiptNotifier.class);

  private final ReceiptListener listener;
  private final AtomicReference<MillraceException> unreported = new AtomicReference<>();

  /**
   * @param listener null: none
   */
  ReceiptNotifier(ReceiptListener listener) {
    this.listener = listener;
  }

  /** Reports a stored batch. */
  void stored(Receipt first, int count) {
    if (listener != null) {
      notifyListener(() -> listener.stored(first, count));
    }
  }

  /**
   * Reports a failed batch.
   *
   * @param count the number of its events
   * @param posted the number of its events that have no future
   */
  void failed(int partition, int count, int posted, MillraceException cause) {
    if (posted > 0) {
      unreported.compareAndSet(null, cause);
    }
    if (listener != null) {
      notifyListener(() -> listener.failed(partition, count, cause));
    }
  }

  /** Throws the first failure of posted events that was not thrown before, if there is one. */
  void throwUnreported() {
    MillraceException failure = unreported.getAndSet(null);
    if (failure != null) {
      throw ClientFailures.again(failure);
    }
  }

  /** Logs what the listener throws, so that other batches complete nevertheless. */
  private static void notifyListener(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      LOG.error("event=receipt_listener_failed", e);
    }
  }
}
