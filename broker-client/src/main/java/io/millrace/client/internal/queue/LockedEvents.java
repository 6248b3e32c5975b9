package io.millrace.client.internal.queue;

import io.millrace.client.QueuedEvent;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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

  /** In the order in which they were taken or renewed: about that of their ends. */
  private final Map<Place, Lock> locks = new LinkedHashMap<>();

  /** How many locks there are of each length. Few lengths: those of the queue's setting. */
  private final TreeMap<Long, Integer> lengths = new TreeMap<>();

  /**
   * Adds events that were taken. Drops those whose locks have passed long ago; takes time in
   * proportion to both, not to the events that are locked.
   *
   * @param lockNanos how long they are locked, and for how long a renewal locks them
   * @param takenNanos when they came, as {@link System#nanoTime()} counts
   */
  synchronized void add(Collection<QueuedEvent> taken, long lockNanos, long takenNanos) {
    dropForgotten(takenNanos);
    for (QueuedEvent event : taken) {
      dropped(locks.remove(place(event)));
      locks.put(place(event), new Lock(event, lockNanos, takenNanos + lockNanos));
      lengths.merge(lockNanos, 1, Integer::sum);
    }
  }

  private void dropForgotten(long nowNanos) {
    Iterator<Lock> oldest = locks.values().iterator();
    while (oldest.hasNext()) {
      Lock lock = oldest.next();
      if (nowNanos - lock.endNanos <= FORGOTTEN_NANOS) {
        return;
      }
      oldest.remove();
      dropped(lock);
    }
  }

  private void dropped(Lock lock) {
    if (lock != null) {
      lengths.computeIfPresent(lock.nanos, (nanos, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * Removes an event, because it is settled.
   *
   * @return whether it was locked
   */
  synchronized boolean remove(QueuedEvent event) {
    boolean locked = find(event) != null;
    if (locked) {
      dropped(locks.remove(place(event)));
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
    return lengths.isEmpty() ? Long.MAX_VALUE : lengths.firstKey();
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
        locks.remove(place(event));
        locks.put(place(event), lock);
      }
    }
  }

  /** Removes all events: the broker has ended their locks. */
  synchronized void clear() {
    locks.clear();
    lengths.clear();
  }

  /** How many events are kept. */
  synchronized int size() {
    return locks.size();
  }

  private Lock find(QueuedEvent event) {
    Lock lock = locks.get(place(event));
    return lock != null && lock.event == event ? lock : null;
  }

  private static Place place(QueuedEvent event) {
    return new Place(event.event().partition(), event.event().offset());
  }
}
