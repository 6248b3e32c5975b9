package io.millrace.client.internal.queue;

import io.millrace.client.QueuedEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The events that a consumer has taken and not settled. Thread-safe. */
final class LockedEvents {

  /** How long after the end of its lock an event is kept that the program has forgotten. */
  private static final long FORGOTTEN_MICROS = 60_000_000;

  private record Place(int partition, long offset) {}

  private final Map<Place, QueuedEvent> events = new HashMap<>();

  /** Adds events that were taken. Drops those whose locks have passed long ago. */
  synchronized void add(Collection<QueuedEvent> taken, long nowMicros) {
    Iterator<QueuedEvent> known = events.values().iterator();
    while (known.hasNext()) {
      if (known.next().lockedUntilMicros() + FORGOTTEN_MICROS < nowMicros) {
        known.remove();
      }
    }
    taken.forEach(event -> events.put(place(event), event));
  }

  /**
   * Removes an event, because it is settled.
   *
   * @return whether it was locked
   */
  synchronized boolean remove(QueuedEvent event) {
    return events.remove(place(event), event);
  }

  /** Whether an event is locked, as far as the client knows. */
  synchronized boolean contains(QueuedEvent event) {
    return events.get(place(event)) == event;
  }

  /** Removes all events: the broker has ended their locks. */
  synchronized List<QueuedEvent> clear() {
    List<QueuedEvent> lost = List.copyOf(events.values());
    events.clear();
    return lost;
  }

  private static Place place(QueuedEvent event) {
    return new Place(event.event().partition(), event.event().offset());
  }
}
