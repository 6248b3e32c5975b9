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
    private final long nanos;
    private long endNanos;
    private boolean renewing;

    Lock(QueuedEvent event, long nanos, long endNanos) {
      this.event = event;
      this.nanos = nanos;
      this.endNanos = endNanos;
    }
  }

  private final Map<Place, Lock> locks = new HashMap<>();

  /**
   * Adds events that were taken. Drops those whose locks have passed long ago.
   *
   * @param lockNanos how long they are locked, and for how long a renewal locks them
   * @param takenNanos when they came, as {@link System#nanoTime()} counts
   */
  synchronized void add(Collection<QueuedEvent> taken, long lockNanos, long takenNanos) {
    locks.values().removeIf(lock -> takenNanos - lock.endNanos > FORGOTTEN_NANOS);
    taken.forEach(
        event -> locks.put(place(event), new Lock(event, lockNanos, takenNanos + lockNanos)));
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

  /** Whether more than half of the lock of an event is over, and no renewal is on its way. */
  synchronized boolean needsRenewal(QueuedEvent event, long nowNanos) {
    Lock lock = find(event);
    return lock != null && !lock.renewing && lock.endNanos - nowNanos < lock.nanos / 2;
  }

  /** The shortest time for which an event is locked; {@code Long.MAX_VALUE} without any. */
  synchronized long shortestNanos() {
    return locks.values().stream().mapToLong(lock -> lock.nanos).min().orElse(Long.MAX_VALUE);
  }

  /**
   * A renewal is on its way.
   *
   * @return for how long it locks the event; 0: the event is not locked
   */
  synchronized long renewing(QueuedEvent event) {
    Lock lock = find(event);
    if (lock == null) {
      return 0;
    }
    lock.renewing = true;
    return lock.nanos;
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
