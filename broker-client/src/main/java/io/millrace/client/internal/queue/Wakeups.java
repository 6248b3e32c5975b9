package io.millrace.client.internal.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one thread wait for an answer, a wake-up, or a signal that something has changed. */
final class Wakeups {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean woken;

  /**
   * Waits until a future is done, for {@link #wakeUp}, or for a deadline.
   *
   * @param deadlineNanos as {@link System#nanoTime()} counts
   * @return whether the future is done
   */
  boolean await(CompletableFuture<?> future, long deadlineNanos) throws InterruptedException {
    future.whenComplete((done, failure) -> signal());
    lock.lockInterruptibly();
    try {
      while (!future.isDone() && !woken) {
        long remaining = deadlineNanos - System.nanoTime();
        if (remaining <= 0) {
          break;
        }
        changed.awaitNanos(remaining);
      }
      woken = false;
      return future.isDone();
    } finally {
      lock.unlock();
    }
  }

  /** Makes the current or the next {@link #await} return. */
  void wakeUp() {
    lock.lock();
    try {
      woken = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
