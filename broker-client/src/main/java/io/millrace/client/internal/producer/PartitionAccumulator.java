package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.RecordHeader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The accumulator of one partition: full batches in order, and one open batch that is being filled.
 * Threads that send add events, the event loop takes batches. The lock is held for one event or one
 * batch at a time.
 */
final class PartitionAccumulator {

  /** The condition on which an added event wakes the event loop. */
  private enum Wake {
    /** The event loop sends the batches of the partition anyway. */
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
   * @param lastSequence the last sequence of a named producer that is stored
   * @param waker makes the event loop send the ready batches of the partition; called on the thread
   *     that adds an event, outside the lock
   */
  PartitionAccumulator(Duration linger, long lastSequence, Runnable waker) {
    this.lingerNanos = DurationNanos.capped(linger);
    this.lastSequence = lastSequence;
    this.waker = waker;
  }

  /**
   * Adds an event to the open batch. If the batch has no room for it, the batch is full from then
   * on.
   *
   * @return whether the event was added; if not, call {@link #appendTo} with a new batch
   * @throws MillraceException if the accumulator accepts no more events
   */
  boolean append(
      Event event,
      byte[] source,
      long micros,
      List<RecordHeader> headers,
      CompletableFuture<Receipt> future) {
    boolean added;
    boolean wakeUp;
    synchronized (this) {
      requireAccepting(event);
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
   * Opens a new batch and adds an event to it, unless another thread has just opened one.
   *
   * @param batch empty
   * @return whether the batch was used; if not, the caller still owns it, and the event was not
   *     added
   * @throws MillraceException if the accumulator accepts no more events; the caller still owns the
   *     batch
   */
  boolean appendTo(
      ProducerBatch batch,
      Event event,
      byte[] source,
      long micros,
      List<RecordHeader> headers,
      CompletableFuture<Receipt> future) {
    boolean wakeUp;
    synchronized (this) {
      requireAccepting(event);
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
   * Takes the next batch to send. Event loop only.
   *
   * @param unfilledToo whether to take the open batch although it is neither full nor has lingered:
   *     few batches of the partition are in flight, and the limiter allows it
   * @param memoryShort whether threads wait for memory, so that the open batch must not linger. The
   *     batches in flight will return some memory. Until they do, the open batch still waits.
   *     Otherwise many partitions would fill the memory with batches of one event each, again and
   *     again
   * @return the oldest full batch, or the open one; null if there is none to send
   */
  synchronized ProducerBatch take(boolean unfilledToo, boolean memoryShort, long nowNanos) {
    wake = Wake.NEVER;
    ProducerBatch next = full.pollFirst();
    if (next == null && open != null && isReady(unfilledToo, memoryShort, nowNanos)) {
      next = open;
      next.markUnfilled();
      open = null;
    }
    if (next == null) {
      boolean anyEventMatters = open == null && (unfilledToo || lingerNanos > 0);
      wake = anyEventMatters ? Wake.ON_ANY_EVENT : Wake.ON_FULL_BATCH;
    }
    return next;
  }

  /** How long the open batch may still linger, in nanoseconds; -1 if there is no open batch. */
  synchronized long remainingLingerNanos(long nowNanos) {
    return open == null ? -1 : Math.max(0, lingerNanos - (nowNanos - open.openedNanos()));
  }

  /** Declares the open batch full, so that it is sent without lingering. */
  synchronized void seal() {
    if (open != null) {
      full.addLast(open);
      open = null;
    }
  }

  /** Accepts no more events: {@link #append} throws this failure from now on. */
  synchronized void refuse(MillraceException cause) {
    if (refusal == null) {
      refusal = cause;
    }
  }

  /** Calls an action with each batch, oldest first. */
  synchronized void forEach(Consumer<ProducerBatch> action) {
    full.forEach(action);
    if (open != null) {
      action.accept(open);
    }
  }

  /** The oldest batch; null if there is none. */
  synchronized ProducerBatch oldest() {
    return full.isEmpty() ? open : full.peekFirst();
  }

  /**
   * Removes the batches that were begun at or before a moment.
   *
   * @param openedNanos the moment, as {@link System#nanoTime()} counts
   * @return the batches, oldest first
   */
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

  private boolean isReady(boolean unfilledToo, boolean memoryShort, long nowNanos) {
    return unfilledToo && (memoryShort || lingerNanos == 0)
        || lingerNanos > 0 && nowNanos - open.openedNanos() >= lingerNanos;
  }

  private boolean isWakeUpDue() {
    boolean due = wake == Wake.ON_ANY_EVENT || wake == Wake.ON_FULL_BATCH && !full.isEmpty();
    if (due) {
      wake = Wake.NEVER;
    }
    return due;
  }

  private void requireAccepting(Event event) {
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
              + " in its partition; the sequences of a named producer must increase in each"
              + " partition");
    }
  }
}
