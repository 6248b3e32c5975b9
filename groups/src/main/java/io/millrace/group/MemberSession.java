package io.millrace.group;

/** The clocks of one member. Times in microseconds of the monotonic clock. */
final class MemberSession {

  static final long NOT_REPORTED = Long.MIN_VALUE;

  private final String group;
  private final String member;
  private final long timeoutMicros;
  private final long maxProcessingMicros;
  private long beatAt;
  private long progressAt = NOT_REPORTED;
  private long handedOut;
  private boolean away;
  private long queuedFor;

  MemberSession(String group, Member member, long now) {
    this.group = group;
    this.member = member.id();
    this.timeoutMicros = member.settings().sessionTimeoutMicros();
    this.maxProcessingMicros = member.settings().maxProcessingMicros();
    this.beatAt = now;
  }

  String group() {
    return group;
  }

  String member() {
    return member;
  }

  long beatAt() {
    return beatAt;
  }

  /** When the application last processed; {@link #NOT_REPORTED}. */
  long progressAt() {
    return progressAt;
  }

  long handedOut() {
    return handedOut;
  }

  boolean away() {
    return away;
  }

  /** The deadline under which {@link Sessions} looks at this session next. */
  long queuedFor() {
    return queuedFor;
  }

  void queuedFor(long deadline) {
    queuedFor = deadline;
  }

  void alive(long now, Command.Progress progress) {
    beatAt = now;
    away = false;
    if (progress != null) {
      progressAt =
          now - Math.max(0, Math.min(progress.sinceMicros(), GroupLimits.MAX_SESSION_MICROS));
      handedOut = progress.handedOut();
    }
  }

  void away(long now) {
    beatAt = now;
    away = true;
    progressAt = NOT_REPORTED;
    handedOut = 0;
  }

  boolean isOver(long now) {
    return deadline() <= now;
  }

  /** Whether it is over because of the processing time, and not for lack of beats. */
  boolean isStuck(long now) {
    return processingDeadline() <= now && beatAt + timeoutMicros > now;
  }

  long deadline() {
    return Math.min(beatAt + timeoutMicros, processingDeadline());
  }

  long timeoutMicros() {
    return timeoutMicros;
  }

  long maxProcessingMicros() {
    return maxProcessingMicros;
  }

  private long processingDeadline() {
    boolean watched = maxProcessingMicros > 0 && handedOut > 0 && progressAt != NOT_REPORTED;
    return watched ? progressAt + maxProcessingMicros : Long.MAX_VALUE;
  }
}
