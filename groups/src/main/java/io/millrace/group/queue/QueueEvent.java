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

  /** The event as its last failure left it; null: it has not failed. */
  static QueueEvent of(QueueCandidate candidate, QueueFailure failure, long now, long epoch) {
    QueueEvent event = new QueueEvent(candidate);
    if (failure != null) {
      event.attempts = failure.attempts();
      event.fate = failure.fate();
      if (failure.fate() != QueueFate.RETRY) {
        event.state = EventState.DYING;
      } else if (failure.retryAtMicros() > epoch) {
        event.state = EventState.WAITING;
        event.until = now + Math.min(failure.retryAtMicros() - epoch, QueueRules.MAX_WAIT_MICROS);
      }
    }
    return event;
  }

  boolean isDone() {
    return state == EventState.DONE;
  }
}
