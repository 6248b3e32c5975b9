package io.millrace.group.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * The events of each key, in the order of the log. All but the first that is not done are blocked.
 */
final class KeyChains {

  /** The last event of each key that has an event that is not done. */
  private final Map<Long, QueueEvent> last = new HashMap<>();

  /** Adds an event of a later offset than all others; it may get blocked. */
  void add(QueueEvent event) {
    if (event.keyHash == 0) {
      return;
    }
    QueueEvent before = last.put(event.keyHash, event);
    if (before != null) {
      before.nextOfKey = event;
      event.blocked = true;
    }
  }

  /** An event is done. Returns the one that is not blocked any more, or null. */
  QueueEvent done(QueueEvent event) {
    if (event.keyHash == 0 || event.blocked) {
      return null;
    }
    QueueEvent next = event.nextOfKey;
    event.nextOfKey = null;
    while (next != null && next.isDone()) {
      next = next.nextOfKey;
    }
    if (next == null) {
      last.remove(event.keyHash);
    } else {
      next.blocked = false;
    }
    return next;
  }
}
