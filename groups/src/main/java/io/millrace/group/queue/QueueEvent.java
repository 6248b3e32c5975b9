package io.millrace.group.queue;

/**
 * An event of a window. Only {@link QueueWindow} changes it. Two are equal if they are the same.
 */
final class QueueEvent {

  final long offset;
  final long keyHash;
  final int bytes;
  EventState state = EventState.AVAILABLE;

  /** Whether an earlier event of its key is not done. */
  boolean blocked;

  int attempts;

  /** LOCKED: when the lock ends. WAITING: when the wait ends. Monotonic. */
  long until;

  /**
   * LOCKED: the lock. DYING and DONE: the lock under which it was accepted or rejected, or null.
   */
  QueueLock lock;

  /** DYING: why. */
  QueueFate fate = QueueFate.RETRY;

  /** DYING: for people. */
  String reason = "";

  /** The next event of its key; null: none, or keys do not matter. */
  QueueEvent nextOfKey;

  QueueEvent(QueueCandidate candidate) {
    this.offset = candidate.offset();
    this.keyHash = candidate.keyHash();
    this.bytes = candidate.bytes();
  }

  boolean isDone() {
    return state == EventState.DONE;
  }
}
