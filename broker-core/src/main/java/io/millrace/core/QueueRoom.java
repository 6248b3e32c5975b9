package io.millrace.core;

import io.millrace.group.GroupLimits;
import io.millrace.group.queue.QueueWindow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many events a queue may have in memory for one partition: each may fill half of what the
 * others leave. So the first one does not take all, and a part of the memory of groups stays free
 * for locks, for what is done, and for groups with members. Any thread.
 */
final class QueueRoom {

  /** A queue may always have these, as long as there is any memory. */
  static final int MIN_EVENTS = 100;

  private static final double PART_OF_MEMORY = 0.75;
  private static final int PART_OF_FREE = 2;

  private final MemoryShare memory;

  /** Events that are being read for queues, and do not count in the memory yet. */
  private final AtomicLong onTheirWay = new AtomicLong();

  /**
   * @param memory that of groups
   */
  QueueRoom(MemoryShare memory) {
    this.memory = memory;
  }

  int eventsOfOne() {
    long used = memory.used() + onTheirWay.get() * QueueWindow.EVENT_BYTES;
    long free = (long) (memory.limit() * PART_OF_MEMORY) - used;
    long events = Math.max(MIN_EVENTS, free / PART_OF_FREE / QueueWindow.EVENT_BYTES);
    return (int) Math.min(GroupLimits.QUEUE_EVENTS, events);
  }

  /** A number of events is about to be read. */
  void begin(int events) {
    onTheirWay.addAndGet(events);
  }

  /** They are in a queue, or will not be. */
  void end(int events) {
    onTheirWay.addAndGet(-events);
  }
}
