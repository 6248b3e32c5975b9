package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The work that waits for a {@link GroupShard}, in the order of its arrival. Bounded in number and
 * in bytes. Any thread adds; the owner takes.
 */
final class GroupInbox {

  /** Most tasks that wait for one shard. */
  static final int MAX_WAITING = 20_000;

  private final MemoryShare memory;
  private final Queue<GroupTask> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  GroupInbox(MemoryShare memory) {
    this.memory = memory;
  }

  /** Adds a task, or returns the reason why there is no room for it. */
  BrokerException add(GroupTask task) {
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      return full(MAX_WAITING + " requests wait for the groups, the most allowed");
    }
    if (!memory.tryReserve(task.bytes())) {
      count.decrementAndGet();
      return full(
          "the groups and the requests that wait for them take "
              + memory.used()
              + " of "
              + memory.limit()
              + " bytes of heap");
    }
    waiting.add(task);
    return null;
  }

  /** The next task, or null. */
  GroupTask poll() {
    GroupTask task = waiting.poll();
    if (task != null) {
      count.decrementAndGet();
      memory.release(task.bytes());
    }
    return task;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void refuseAll(BrokerException cause) {
    for (GroupTask task = poll(); task != null; task = poll()) {
      task.refuse(cause);
    }
  }

  private static BrokerException full(String what) {
    return new BrokerException(ErrorCode.TOO_MANY_IN_FLIGHT, what + "; try again later");
  }
}
