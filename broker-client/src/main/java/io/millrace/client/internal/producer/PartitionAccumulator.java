package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.Header;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Where the events of one partition wait for the event loop: full batches in order, and one that is
 * being filled. Senders put in, the event loop takes out; the lock is held for one event or one
 * batch at a time.
 */
final class PartitionAccumulator {

  /** When the event loop wants to be woken: it is looking anyway while there is no reason to. */
  private enum Wake {
    NEVER,
    ON_FULL_BATCH,
    ON_ANY_EVENT
  }

  private final long lingerNanos;
  private final Runnable waker;
  private final ArrayDeque<ProducerBatch> full = new ArrayDeque<>();

  private ProducerBatch open;
  private Wake wake = Wake.ON_ANY_EVENT;
  private MillraceException refusal;
  private long lastSequence;

  /**
   * @param lastSequence of what is stored already, for a named producer
   * @param waker makes the event loop look here; called outside the lock, on the sender's thread
   */
  PartitionAccumulator(Duration linger, long lastSequence, Runnable waker) {
    this.lingerNanos = DurationNanos.of(linger);
    this.lastSequence = lastSequence;
    this.waker = waker;
  }

  /**
   * Adds an event to the batch that is being filled. A batch without room for it is full from now
   * on.
   *
   * @return whether the event was added; if not, bring a new batch
   * @throws MillraceException if the queue takes no more events
   */
  boolean append(
      Event event,
      byte[] source,
      long micros,
      List<Header> headers,
      CompletableFuture<Receipt> future) {
    boolean added;
    boolean wakeUp;
    synchronized (this) {
      requireTaking(event);
      if (open == null) {
        return false;
      }
      added = open.add(event, source, micros, headers, future);
      if (added) {
        lastSequence = event.sequence();
      } else {
        seal();
      }
      wakeUp = isWakeUpDue();
    }
    if (wakeUp) {
      waker.run();
    }
    return added;
  }

  /**
   * Adds an event to a new batch, unless another thread has just brought one.
   *
   * @param batch empty
   * @return whether the batch was used; if not, it is still the caller's, and the event was not
   *     added
   * @throws MillraceException if the queue takes no more events; the batch is still the caller's
   */
  boolean appendTo(
      ProducerBatch batch,
      Event event,
      byte[] source,
      long micros,
      List<Header> headers,
      CompletableFuture<Receipt> future) {
    boolean wakeUp;
    synchronized (this) {
      requireTaking(event);
      if (open != null) {
        return false;
      }
      batch.add(event, source, micros, headers, future);
      open = batch;
      lastSequence = event.sequence();
      wakeUp = isWakeUpDue();
    }
    if (wakeUp) {
      waker.run();
    }
    return true;
  }

  /**
   * The next batch to send, or null. Event loop only.
   *
   * @param unfilledToo whether a batch may be sent that is not full though it has not lingered: few
   *     of the partition are under way, and it is the partition's turn
   * @param hurry whether not to linger, because senders wait for memory. What is under way gives
   *     some back: while it is, a batch that is not full waits all the same, or else many
   *     partitions would fill the memory with batches of one event each, and never get out of it
   */
  synchronized ProducerBatch take(boolean unfilledToo, boolean hurry, long nowNanos) {
    wake = Wake.NEVER;
    ProducerBatch next = full.pollFirst();
    if (next == null && open != null && isRipe(unfilledToo, hurry, nowNanos)) {
      next = open;
      next.leaveUnfilled();
      open = null;
    }
    if (next == null) {
      boolean anyEventMatters = open == null && (unfilledToo || lingerNanos > 0);
      wake = anyEventMatters ? Wake.ON_ANY_EVENT : Wake.ON_FULL_BATCH;
    }
    return next;
  }

  /** How long the batch that is being filled may still linger; -1 if there is none. */
  synchronized long lingersNanos(long nowNanos) {
    return open == null ? -1 : Math.max(0, lingerNanos - (nowNanos - open.openedNanos()));
  }

  /** Lets no event be added to the batch that is being filled, so that it can be sent. */
  synchronized void seal() {
    if (open != null) {
      full.addLast(open);
      open = null;
    }
  }

  /** Takes no more events: senders get this failure. */
  synchronized void refuse(MillraceException cause) {
    if (refusal == null) {
      refusal = cause;
    }
  }

  /** Shows every waiting batch, oldest first. */
  synchronized void forEach(Consumer<ProducerBatch> action) {
    full.forEach(action);
    if (open != null) {
      action.accept(open);
    }
  }

  /** The batch that waits longest; null if none does. */
  synchronized ProducerBatch oldest() {
    return full.isEmpty() ? open : full.peekFirst();
  }

  /** Removes the batches that were begun at or before a moment; oldest first. */
  synchronized List<ProducerBatch> removeOlder(long openedNanos) {
    List<ProducerBatch> removed = new ArrayList<>();
    while (!full.isEmpty() && full.peekFirst().openedNanos() - openedNanos <= 0) {
      removed.add(full.pollFirst());
    }
    if (full.isEmpty() && open != null && open.openedNanos() - openedNanos <= 0) {
      removed.add(open);
      open = null;
    }
    return removed;
  }

  private boolean isRipe(boolean unfilledToo, boolean hurry, long nowNanos) {
    return unfilledToo && (hurry || lingerNanos == 0)
        || lingerNanos > 0 && nowNanos - open.openedNanos() >= lingerNanos;
  }

  private boolean isWakeUpDue() {
    boolean due = wake == Wake.ON_ANY_EVENT || wake == Wake.ON_FULL_BATCH && !full.isEmpty();
    if (due) {
      wake = Wake.NEVER;
    }
    return due;
  }

  private void requireTaking(Event event) {
    if (refusal != null) {
      throw ClientFailures.again(refusal);
    }
    if (event.sequence() != Event.NO_SEQUENCE && event.sequence() <= lastSequence) {
      throw new MillraceException(
          ErrorCode.OUT_OF_ORDER_SEQUENCE,
          "an event with sequence "
              + event.sequence()
              + " was sent after one with "
              + lastSequence
              + " in its partition; the sequences of a named producer grow");
    }
  }
}
