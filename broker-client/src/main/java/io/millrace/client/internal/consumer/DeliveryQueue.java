package io.millrace.client.internal.consumer;

import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queue between the event loop, which adds deliveries, and the thread of the consumer, which
 * takes them. The credit of the partitions limits its size: a delivery with batches has used
 * credit, and each partition has at most one delivery without batches. Any thread.
 */
final class DeliveryQueue {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<QueueEntry> entries = new ArrayDeque<>();
  private boolean woken;
  private boolean nudged;
  private boolean closed;

  /** Adds an entry; takes ownership. */
  void add(QueueEntry entry) {
    lock.lock();
    try {
      if (!closed) {
        entries.addLast(entry);
        changed.signal();
      } else if (entry instanceof Delivery delivery) {
        delivery.batches().release();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the end of a delivery forward, without more batches.
   *
   * @return false if the delivery was already taken; then it is unchanged
   */
  boolean extend(Delivery delivery, long nextOffset) {
    lock.lock();
    try {
      if (!delivery.isTaken()) {
        delivery.nextOffset(nextOffset);
      }
      return !delivery.isTaken();
    } finally {
      lock.unlock();
    }
  }

  /** The number of entries. */
  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the oldest entry; ownership passes to the caller. Returns null if there is none, or after
   * a wake-up.
   */
  QueueEntry take() {
    lock.lock();
    try {
      QueueEntry next = woken ? null : entries.pollFirst();
      if (next instanceof Delivery delivery) {
        delivery.take();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the current or the next {@link #await} or {@link #awaitNudge} return true. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits as {@link #await}, but not for an entry.
   *
   * @param deadlineNanos as {@link System#nanoTime()} counts
   * @return true after a nudge or if the queue is closed; false after a wake-up or the deadline
   */
  boolean awaitNudge(long deadlineNanos) throws InterruptedException {
    return await(deadlineNanos, false);
  }

  /**
   * Waits for an entry, for {@link #wakeUp}, for {@link #nudge}, for {@link #close} or for a
   * deadline.
   *
   * @param deadlineNanos as {@link System#nanoTime()} counts
   * @return true if there is an entry, after a nudge, or if the queue is closed; false after a
   *     wake-up, and after the deadline even if there is an entry
   */
  boolean await(long deadlineNanos) throws InterruptedException {
    return await(deadlineNanos, true);
  }

  private boolean await(long deadlineNanos, boolean forEntry) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!woken && !closed && !nudged) {
        long remaining = deadlineNanos - System.nanoTime();
        if (remaining <= 0) {
          return false;
        }
        if (forEntry && !entries.isEmpty()) {
          return true;
        }
        changed.awaitNanos(remaining);
      }
      boolean wake = woken;
      woken = false;
      nudged = false;
      return !wake;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the current or the next {@link #await} return; until then, {@link #take} returns null.
   */
  void wakeUp() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Releases all entries, and those that are added later. */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (QueueEntry entry : entries) {
        if (entry instanceof Delivery delivery) {
          delivery.take();
          delivery.batches().release();
        }
      }
      entries.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
