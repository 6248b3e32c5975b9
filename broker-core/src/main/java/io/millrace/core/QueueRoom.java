package io.millrace.core;

import io.millrace.group.GroupLimits;
import io.millrace.group.queue.QueueWindow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many events a queue may have in memory for one partition: each may fill half of what the
 * others leave, and always has room for a few. So the first one does not take all, the last one
 * goes on, and a part of the memory of groups stays free for what is done, and for groups with
 * members. Any thread.
 */
final class QueueRoom {

  private static final int PART_KEPT = 4;
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

  /** What queues leave free for all else. */
  static long keptBytes(MemoryShare memory) {
    return memory.limit() / PART_KEPT;
  }

  /** Most events that are not done of one queue in one partition. */
  int eventsOfOne() {
    long used = memory.used() + onTheirWay.get() * QueueWindow.EVENT_BYTES;
    long free = memory.limit() - GroupLimits.keptByEvents(keptBytes(memory)) - used;
    long events = Math.max(QueueWindow.MIN_EVENTS, free / PART_OF_FREE / QueueWindow.EVENT_BYTES);
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
