package io.millrace.client.internal.consumer;

import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What has come for a consumer and was not taken yet. The event loop puts in, the consumer's thread
 * takes out and waits. Bounded by the credit of the partitions: what carries bytes has used some,
 * and of what carries none each partition has one at most.
 */
final class DeliveryQueue {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<QueueEntry> arrivals = new ArrayDeque<>();
  private boolean woken;
  private boolean closed;

  /** Puts in; takes ownership. */
  void add(QueueEntry arrival) {
    lock.lock();
    try {
      if (!closed) {
        arrivals.addLast(arrival);
        changed.signal();
      } else if (arrival instanceof Delivery delivery) {
        delivery.batches().release();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves on where a delivery ends, without more batches.
   *
   * @return false if it was taken before
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

  /** How many arrivals have come and were not taken. */
  int size() {
    lock.lock();
    try {
      return arrivals.size();
    } finally {
      lock.unlock();
    }
  }

  /** The next arrival, whose ownership passes to the caller; null if none, or if woken. */
  QueueEntry take() {
    lock.lock();
    try {
      QueueEntry next = woken ? null : arrivals.pollFirst();
      if (next instanceof Delivery delivery) {
        delivery.take();
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for an arrival, for {@link #wakeUp} or for the end.
   *
   * @return whether it is worth looking: false when the time is over, whatever has come, or when
   *     somebody woke the waiter
   */
  boolean await(long deadlineNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!woken && !closed) {
        long remaining = deadlineNanos - System.nanoTime();
        if (remaining <= 0) {
          return false;
        }
        if (!arrivals.isEmpty()) {
          return true;
        }
        changed.awaitNanos(remaining);
      }
      boolean wake = woken;
      woken = false;
      return !wake;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the present or the next {@link #await} return, and nothing be taken before. */
  void wakeUp() {
    lock.lock();
    try {
      woken = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Releases what is in here and what comes later. */
  void close() {
    lock.lock();
    try {
      closed = true;
      for (QueueEntry arrival : arrivals) {
        if (arrival instanceof Delivery delivery) {
          delivery.take();
          delivery.batches().release();
        }
      }
      arrivals.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
