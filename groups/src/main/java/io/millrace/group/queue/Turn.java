package io.millrace.group.queue;

/**
 * What becomes of one event.
 *
 * @param until monotonic: the end of the lock or of the wait
 * @param retryAtMicros the end of the wait, in microseconds since 1970-01-01
 * @param underLock it was accepted or rejected by the consumer that has it locked
 */
record Turn(
    QueueEvent event,
    EventState to,
    int attempts,
    long until,
    long retryAtMicros,
    QueueFate fate,
    String reason,
    boolean underLock,
    Kind kind) {

  /** What has happened to it. */
  enum Kind {
    ACCEPTED,
    FAILED,
    REJECTED,
    RELEASED,
    RENEWED,
    DEAD_LETTERED,
    TRIMMED
  }

  static Turn accepted(QueueEvent event) {
    return done(event, true, Kind.ACCEPTED);
  }

  static Turn deadLettered(QueueEvent event) {
    return done(event, false, Kind.DEAD_LETTERED);
  }

  static Turn trimmed(QueueEvent event) {
    return done(event, false, Kind.TRIMMED);
  }

  static Turn renewed(QueueEvent event, long until) {
    return new Turn(
        event,
        EventState.LOCKED,
        event.attempts,
        Math.max(event.until, until),
        0,
        QueueFate.RETRY,
        "",
        false,
        Kind.RENEWED);
  }

  static Turn rejected(QueueEvent event, boolean discard, String reason) {
    return dead(
        event, discard, event.attempts, QueueFate.DEAD_REJECTED, reason, true, Kind.REJECTED);
  }

  static Turn usedUp(QueueEvent event, boolean discard, String reason) {
    return dead(
        event, discard, event.attempts + 1, QueueFate.DEAD_ATTEMPTS, reason, false, Kind.FAILED);
  }

  /**
   * @param delayMicros 0: at once
   */
  static Turn again(QueueEvent event, int attempts, long delayMicros, long now, long epoch) {
    boolean waits = delayMicros > 0;
    return new Turn(
        event,
        waits ? EventState.WAITING : EventState.AVAILABLE,
        attempts,
        now + delayMicros,
        waits ? epoch + delayMicros : 0,
        QueueFate.RETRY,
        "",
        false,
        attempts > event.attempts ? Kind.FAILED : Kind.RELEASED);
  }

  private static Turn dead(
      QueueEvent event,
      boolean discard,
      int attempts,
      QueueFate fate,
      String reason,
      boolean underLock,
      Kind kind) {
    EventState to = discard ? EventState.DONE : EventState.DYING;
    return new Turn(event, to, attempts, 0, 0, fate, reason, underLock, kind);
  }

  private static Turn done(QueueEvent event, boolean underLock, Kind kind) {
    return new Turn(
        event, EventState.DONE, event.attempts, 0, 0, QueueFate.RETRY, "", underLock, kind);
  }

  /** Whether the log must know of it, other than that it is done. */
  boolean isFailure() {
    return switch (to) {
      case DYING, WAITING -> true;
      case AVAILABLE -> attempts != event.attempts;
      case LOCKED, DONE -> false;
    };
  }

  QueueFailure failure() {
    return new QueueFailure(event.offset, attempts, retryAtMicros, fate);
  }

  /** Whether its dead letter is written, or it is dropped instead. */
  boolean isDead() {
    boolean discarded = to == EventState.DONE && (kind == Kind.REJECTED || kind == Kind.FAILED);
    return discarded || kind == Kind.DEAD_LETTERED;
  }
}
