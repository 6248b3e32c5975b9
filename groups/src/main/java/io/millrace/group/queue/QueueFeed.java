package io.millrace.group.queue;

import java.util.List;

/** New events of a window. */
public final class QueueFeed implements QueueChange {

  private final long next;
  private final List<QueueEvent> events;
  private final boolean allDone;

  QueueFeed(long next, List<QueueEvent> events, boolean allDone) {
    this.next = next;
    this.events = events;
    this.allDone = allDone;
  }

  /** The offset of the next event to feed. */
  public long next() {
    return next;
  }

  /** Whether every event below {@link #next} is done. */
  public boolean allDone() {
    return allDone;
  }

  List<QueueEvent> events() {
    return events;
  }
}
