package io.millrace.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that one kind of objects may take in the whole broker, in bytes. Objects are counted
 * with the bytes that they were measured to take. Any thread.
 */
public final class MemoryShare {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

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
    used.addAndGet(-bytes);
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
