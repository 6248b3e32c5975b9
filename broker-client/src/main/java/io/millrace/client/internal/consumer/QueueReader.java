package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.client.internal.consumer.QueueEntry.SubscriptionEnd;
import io.millrace.protocol.record.InvalidBatchException;
import java.util.Optional;

/**
 * Takes entries from the queue of a consumer and decodes them, until a failure. Belongs to the
 * consumer's thread.
 */
final class QueueReader {

  private final DeliveryQueue queue;
  private final Router router;
  private final DeliveryReader reader = new DeliveryReader();
  private MillraceException failure;

  /** Knows the partitions of the consumer. */
  interface Router {

    /** The cursor of the partition of a delivery; null: the delivery is for nobody any more. */
    PartitionCursor cursor(Delivery delivery);

    /** The failure of the consumer after the end of a subscription; null: it continues. */
    MillraceException ended(SubscriptionEnd end);
  }

  QueueReader(DeliveryQueue queue, Router router) {
    this.queue = queue;
    this.router = router;
  }

  /** Why nothing more is read; null while there is no failure. */
  MillraceException failure() {
    return failure;
  }

  /** The failure in words, for a consumer that was closed; empty if there is none. */
  Optional<String> earlierFailure() {
    return Optional.ofNullable(failure)
        .map(cause -> "it had failed before: " + cause.code() + ": " + cause.getMessage());
  }

  /** Ends the reading. The first failure counts; null is none. */
  void fail(MillraceException cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /**
   * Takes the entries that are in the queue now, and then those that arrive until the deadline. The
   * broker may send many deliveries without a wanted event. Therefore deadline, wake-up and
   * interrupt are checked after each delivery.
   *
   * @throws MillraceException the failure, if there is no event to return
   */
  void fill(PollResult result, long deadlineNanos) {
    int present = queue.size();
    while (!result.isFull() && failure == null) {
      if (!reader.isIdle()) {
        read(result);
      } else if (mayTake(present-- > 0, deadlineNanos)) {
        QueueEntry next = queue.take();
        if (next == null) {
          return;
        }
        open(next);
      } else {
        return;
      }
    }
    if (failure != null && result.isEmpty()) {
      throw ClientFailures.again(failure);
    }
  }

  /** Whether no delivery is open. */
  boolean isIdle() {
    return reader.isIdle();
  }

  /** Releases the open delivery. */
  void close() {
    reader.close();
  }

  private static boolean mayTake(boolean present, long deadlineNanos) {
    return !Thread.currentThread().isInterrupted()
        && (present || System.nanoTime() - deadlineNanos < 0);
  }

  private void open(QueueEntry entry) {
    if (entry instanceof SubscriptionEnd end) {
      fail(router.ended(end));
    } else if (entry instanceof Delivery delivery) {
      PartitionCursor cursor = router.cursor(delivery);
      if (cursor == null) {
        delivery.batches().release();
      } else {
        reader.open(delivery, cursor);
      }
    }
  }

  private void read(PollResult result) {
    try {
      reader.read(result);
    } catch (InvalidBatchException e) {
      failure =
          new PartitionReadException(
              e.code(),
              "topic "
                  + reader.cursor().settings().topic().name()
                  + " partition "
                  + reader.cursor().partition()
                  + " from offset "
                  + reader.cursor().position()
                  + ": "
                  + e.getMessage()
                  + "; check the broker's log with 'millrace log verify'",
              reader.cursor().partition(),
              e);
      reader.close();
    } catch (RuntimeException | Error e) {
      // The cause is, for example, too little memory or a missing codec library. Events that were
      // decoded before are returned. The next poll decodes the batch again, and throws the error.
      reader.restartBatch();
      if (result.isEmpty()) {
        throw e;
      }
      result.end();
    }
  }
}
