package io.millrace.group.queue;

import java.util.Arrays;

/** The events that one take gave to one consumer. Only {@link QueueWindow} changes it. */
final class QueueLock {

  /** An open one has the bytes of {@link QueueWindow#EVENT_BYTES}. */
  private static final long BYTES = 200;

  final long number;
  final long session;

  /** How long a renewal locks: the lock time when the events were taken, also if it has changed. */
  final long lockMicros;

  /** A time before which nothing of it expires. */
  long queuedFor;

  private final long first;
  private final long last;

  /** By offset; without some that were accepted or rejected. */
  private QueueEvent[] events;

  private int open;
  private int settled;
  private boolean lost;

  /**
   * @param events by offset, at least one
   */
  QueueLock(long number, long session, QueueEvent[] events, long now, long lockMicros) {
    this.number = number;
    this.session = session;
    this.lockMicros = lockMicros;
    this.events = events;
    this.queuedFor = now + lockMicros;
    this.open = events.length;
    this.first = events[0].offset;
    this.last = events[events.length - 1].offset;
  }

  /** Events that it locks now. */
  int open() {
    return open;
  }

  QueueEvent[] events() {
    return events;
  }

  boolean holds(QueueEvent event) {
    return event.lock == this && event.state == EventState.LOCKED;
  }

  /** Whether an event was accepted or rejected under it. */
  boolean settled(QueueEvent event) {
    return event.lock == this && event.state != EventState.LOCKED;
  }

  /** The index of the first of its events from an offset on. */
  int indexFrom(long offset) {
    int low = 0;
    int high = events.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (events[middle].offset < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether all events of a range were accepted or rejected under it, if it has none of them. */
  boolean hasSettledAll(long from, long to) {
    return !lost && first <= from && to <= last;
  }

  /** Whether it lost no event. */
  boolean keptAll() {
    return !lost;
  }

  void oneSettled() {
    open--;
    settled++;
  }

  void oneLost() {
    open--;
    lost = true;
  }

  /** When the first of its events expires. */
  long deadline() {
    long deadline = Long.MAX_VALUE;
    for (QueueEvent event : events) {
      if (holds(event)) {
        deadline = Math.min(deadline, event.until);
      }
    }
    return deadline;
  }

  /** Forgets events that were accepted or rejected, if they are more than half. */
  void compact() {
    if (open == 0) {
      events = new QueueEvent[0];
      settled = 0;
    } else if (settled > events.length / 2) {
      events = Arrays.stream(events).filter(event -> !settled(event)).toArray(QueueEvent[]::new);
      settled = 0;
    }
  }

  /** Events that it has lost and still remembers. */
  int remembersLost() {
    return open == 0 ? 0 : events.length - open - settled;
  }

  /** The estimated memory of events that only it remembers; of itself, if it locks none. */
  long bytes() {
    return open == 0 ? BYTES : QueueWindow.DONE_BYTES * (events.length - open);
  }
}
