package io.millrace.client.internal.queue;

import io.millrace.client.QueuedEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The events that a consumer has taken and not settled, with the ends of their locks by the
 * monotonic clock. Thread-safe.
 */
final class LockedEvents {

  /** How long after the end of its lock an event is kept that the program has forgotten. */
  private static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Place(int partition, long offset) {}

  private static final class Lock {

    private final QueuedEvent event;
    private long endNanos;
    private boolean renewing;

    Lock(QueuedEvent event, long endNanos) {
      this.event = event;
      this.endNanos = endNanos;
    }
  }

  private final Map<Place, Lock> locks = new HashMap<>();

  /**
   * Adds events that were taken. Drops those whose locks have passed long ago.
   *
   * @param endNanos when their locks pass, as {@link System#nanoTime()} counts
   */
  synchronized void add(Collection<QueuedEvent> taken, long endNanos, long nowNanos) {
    locks.values().removeIf(lock -> nowNanos - lock.endNanos > FORGOTTEN_NANOS);
    taken.forEach(event -> locks.put(place(event), new Lock(event, endNanos)));
  }

  /**
   * Removes an event, because it is settled.
   *
   * @return whether it was locked
   */
  synchronized boolean remove(QueuedEvent event) {
    boolean locked = find(event) != null;
    if (locked) {
      locks.remove(place(event));
    }
    return locked;
  }

  /** Whether an event is locked, as far as the client knows. */
  synchronized boolean contains(QueuedEvent event) {
    return find(event) != null;
  }

  /** Whether an event is locked, its lock passes before a time, and no renewal is on its way. */
  synchronized boolean needsRenewal(QueuedEvent event, long beforeNanos) {
    Lock lock = find(event);
    return lock != null && !lock.renewing && lock.endNanos - beforeNanos < 0;
  }

  /**
   * A renewal is on its way.
   *
   * @return whether the event is locked
   */
  synchronized boolean renewing(QueuedEvent event) {
    Lock lock = find(event);
    if (lock != null) {
      lock.renewing = true;
    }
    return lock != null;
  }

  /** A renewal is answered. The lock passes at the given time, if it was renewed. */
  synchronized void renewed(QueuedEvent event, boolean renewed, long endNanos) {
    Lock lock = find(event);
    if (lock != null) {
      lock.renewing = false;
      if (renewed) {
        lock.endNanos = endNanos;
      }
    }
  }

  /** Removes all events: the broker has ended their locks. */
  synchronized void clear() {
    locks.clear();
  }

  private Lock find(QueuedEvent event) {
    Lock lock = locks.get(place(event));
    return lock != null && lock.event == event ? lock : null;
  }

  private static Place place(QueuedEvent event) {
    return new Place(event.event().partition(), event.event().offset());
  }
}
