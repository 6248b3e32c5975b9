package io.millrace.core;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that one kind of objects may take in the whole broker, in bytes. Objects are counted
 * with the bytes that they were measured to take. Any thread.
 */
public final class MemoryShare {

  private final long limit;
  private final AtomicLong used = new AtomicLong();
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  MemoryShare(long limit) {
    this.limit = limit;
  }

  /** The most bytes. */
  public long limit() {
    return limit;
  }

  /** The bytes that are reserved now. */
  public long used() {
    return used.get();
  }

  /** Reserves bytes, unless the share would exceed its limit. */
  public boolean tryReserve(long bytes) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    release(bytes); // a wait for memory may have begun in between
    return false;
  }

  /**
   * Reserves bytes, unless the share is full before. So it exceeds its limit by at most one object,
   * which alone may be larger than the limit.
   */
  boolean tryReserveUnlessFull(long bytes) {
    return used.getAndUpdate(now -> now < limit ? now + bytes : now) < limit;
  }

  /** Reserves bytes for objects that cannot be refused; the share may exceed its limit. */
  public void reserve(long bytes) {
    used.addAndGet(bytes);
  }

  /** Gives bytes back that were reserved. */
  public void release(long bytes) {
    used.addAndGet(-bytes);
    if (!waiting.isEmpty()) {
      runWaiting();
    }
  }

  /**
   * Runs a task when the share is not full: now, or on the thread that gives memory back. There may
   * be no memory any more when the task tries to reserve some; then it waits again.
   *
   * @param task short; blocks not
   */
  void whenNotFull(Runnable task) {
    waiting.add(task);
    runWaiting();
  }

  private void runWaiting() {
    while (used.get() < limit) {
      Runnable task = waiting.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }

  /** Whether {@link #tryReserve} would succeed now. */
  boolean hasRoom(long bytes) {
    return used.get() + bytes <= limit;
  }

  /** Whether more than this fraction is used. */
  boolean isFullerThan(double fraction) {
    return used.get() > limit * fraction;
  }
}
