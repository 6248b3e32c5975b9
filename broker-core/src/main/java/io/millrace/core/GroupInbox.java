package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The work that waits for a {@link GroupShard}, in the order of its arrival. Bounded in number and
 * in bytes. The bytes count in the memory of the groups, but are not refused because groups fill
 * it: members must be able to send beats and to leave. Any thread adds; the owner takes.
 */
final class GroupInbox {

  /** Most tasks that wait for one shard. */
  static final int MAX_WAITING = 20_000;

  private static final long MIN_LIMIT_BYTES = 1024 * 1024;

  /** The part of the memory of the groups that the work of one shard may take. */
  private static final int PART = 16;

  private static final long NO_MARK = -1;

  private final MemoryShare memory;
  private final long limitBytes;
  private final Queue<GroupTask> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  // Owner thread.
  private long taken;
  private long mark = NO_MARK;

  GroupInbox(MemoryShare memory) {
    this.memory = memory;
    this.limitBytes = Math.max(MIN_LIMIT_BYTES, memory.limit() / PART);
  }

  /** Adds a task, or returns the reason why its limit is reached. */
  BrokerException add(GroupTask task) {
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      return full(MAX_WAITING + " requests");
    }
    long others = bytes.getAndAdd(task.bytes());
    if (others > 0 && others + task.bytes() > limitBytes) {
      bytes.addAndGet(-task.bytes());
      count.decrementAndGet();
      return full("requests of " + others + " bytes");
    }
    memory.reserve(task.bytes());
    waiting.add(task);
    return null;
  }

  /** The next task, or null. */
  GroupTask poll() {
    GroupTask task = waiting.poll();
    if (task != null) {
      taken++;
      count.decrementAndGet();
      bytes.addAndGet(-task.bytes());
      memory.release(task.bytes());
    }
    return task;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Whether all tasks are taken that waited at the first of these calls. New tasks do not delay it.
   */
  boolean isTakenToMark() {
    if (mark == NO_MARK) {
      mark = taken + count.get();
    }
    return isEmpty() || taken >= mark;
  }

  /** The next {@link #isTakenToMark} is a first one. */
  void forgetMark() {
    mark = NO_MARK;
  }

  void refuseAll(BrokerException cause) {
    for (GroupTask task = poll(); task != null; task = poll()) {
      task.refuse(cause);
    }
  }

  private static BrokerException full(String what) {
    return new BrokerException(
        ErrorCode.TOO_MANY_IN_FLIGHT,
        what + " wait for the groups of this part, the most allowed; try again later");
  }
}
