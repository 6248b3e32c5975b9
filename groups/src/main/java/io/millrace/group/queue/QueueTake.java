package io.millrace.group.queue;

import java.util.ArrayList;
import java.util.List;

/** Events that a consumer locks. */
public final class QueueTake implements QueueChange {

  private final long session;
  private final long lock;
  private final List<QueueEvent> events;
  private final long now;

  QueueTake(long session, long lock, List<QueueEvent> events, long now) {
    this.session = session;
    this.lock = lock;
    this.events = events;
    this.now = now;
  }

  /** The number of the lock. */
  public long lock() {
    return lock;
  }

  public boolean isEmpty() {
    return events.isEmpty();
  }

  /** The events, by offset. */
  public List<TakenEvent> taken() {
    List<TakenEvent> taken = new ArrayList<>(events.size());
    for (QueueEvent event : events) {
      taken.add(new TakenEvent(event.offset, event.attempts));
    }
    return taken;
  }

  /** The sizes of the events. */
  public long bytes() {
    return events.stream().mapToLong(event -> event.bytes).sum();
  }

  List<QueueEvent> events() {
    return events;
  }

  long now() {
    return now;
  }

  QueueLock newLock(long lockMicros) {
    return new QueueLock(lock, session, events.toArray(QueueEvent[]::new), now, lockMicros);
  }
}
