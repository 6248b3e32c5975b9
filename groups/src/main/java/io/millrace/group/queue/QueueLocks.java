package io.millrace.group.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The locks of a window, by number and by deadline. A lock may be queued under a deadline that is
 * too early, so that a renewal does not change the queue.
 */
final class QueueLocks {

  private static final int REMEMBERED = 100;
  private static final int MAX_LOST = 100;

  private final Map<Long, QueueLock> open = new HashMap<>();
  private final TreeSet<QueueLock> queue =
      new TreeSet<>(
          Comparator.<QueueLock>comparingLong(lock -> lock.queuedFor)
              .thenComparingLong(lock -> lock.number));

  /** The newest locks whose events were all accepted or rejected, for repeated requests. */
  private final Map<Long, QueueLock> over =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, QueueLock> eldest) {
          if (size() > REMEMBERED) {
            bytes -= eldest.getValue().bytes();
            return true;
          }
          return false;
        }
      };

  private long bytes;
  private long lost;

  /** The lock of a number, if this session has or had it, or null. */
  QueueLock find(long number, long session) {
    QueueLock lock = open.getOrDefault(number, over.get(number));
    return lock == null || lock.session != session ? null : lock;
  }

  Collection<QueueLock> open() {
    return open.values();
  }

  /** The locks of a session with higher numbers. */
  List<QueueLock> of(long session, long after) {
    return open.values().stream().filter(lock -> isOf(lock, session, after)).toList();
  }

  /** Whether a session has a lock with a higher number. */
  boolean hasAny(long session, long after) {
    return open.values().stream().anyMatch(lock -> isOf(lock, session, after));
  }

  private static boolean isOf(QueueLock lock, long session, long after) {
    return lock.session == session && lock.number > after;
  }

  /** Locks that may have expired, the first ones first. */
  List<QueueLock> due(long now) {
    List<QueueLock> due = new ArrayList<>();
    for (QueueLock lock : queue) {
      if (lock.queuedFor > now) {
        break;
      }
      due.add(lock);
    }
    return due;
  }

  void add(QueueLock lock) {
    open.put(lock.number, lock);
    queue.add(lock);
    bytes += lock.bytes();
  }

  /** An event was accepted or rejected. */
  void settled(QueueLock lock) {
    bytes -= lock.bytes();
    lost -= lock.remembersLost();
    lock.oneSettled();
    afterOneLess(lock);
  }

  /** An event is not locked any more, and was not accepted or rejected. */
  void lost(QueueLock lock) {
    bytes -= lock.bytes();
    lost -= lock.remembersLost();
    lock.oneLost();
    afterOneLess(lock);
  }

  private void afterOneLess(QueueLock lock) {
    lock.compact();
    bytes += lock.bytes();
    lost += lock.remembersLost();
    if (lock.open() == 0) {
      open.remove(lock.number);
      queue.remove(lock);
      if (lock.keptAll()) {
        over.put(lock.number, lock);
      } else {
        bytes -= lock.bytes();
      }
    }
  }

  /** QueueStates a lock under its present deadline, if it has events. */
  void requeue(QueueLock lock) {
    if (lock.open() > 0) {
      queue.remove(lock);
      lock.queuedFor = lock.deadline();
      queue.add(lock);
    }
  }

  /** A time at which a lock may expire; none does before. */
  long deadlineMicros() {
    return queue.isEmpty() ? Long.MAX_VALUE : queue.first().queuedFor;
  }

  /**
   * Whether open locks remember too many events that they have lost: a consumer that keeps one
   * event of each lock, and gives the others back, would make them grow without a limit.
   *
   * @param live events of the window that are not done
   */
  boolean rememberTooMuch(int live) {
    return lost > MAX_LOST + 2L * live;
  }

  long bytes() {
    return bytes;
  }
}
