package io.millrace.group.queue;

/**
 * Slows a queue down when too many attempts fail. When of the last {@value #SETTLED} settled
 * attempts, or of at least {@value #LEAST}, more than half have failed, the queue hands out one
 * event in each probe interval; the next one at once if the event is accepted. After {@value
 * #SUCCESSES} accepted events in a row it is as before.
 */
final class FailureBrake {

  static final int SETTLED = 200;
  static final int LEAST = 20;
  static final int SUCCESSES = 10;

  private final boolean[] failures = new boolean[SETTLED];
  private int next;
  private int settled;
  private int failed;
  private boolean failing;
  private int successes;
  private boolean held;
  private long probeAt;

  boolean isFailing() {
    return failing;
  }

  /** Whether nothing may be handed out now. */
  boolean isHeld() {
    return held;
  }

  /** When the hold ends; {@code Long.MAX_VALUE} if there is none. */
  long deadlineMicros() {
    return held ? probeAt : Long.MAX_VALUE;
  }

  /** Events were handed out. */
  void handedOut(long now, long intervalMicros) {
    if (failing) {
      hold(now, intervalMicros);
    }
  }

  void accepted() {
    count(false);
    if (failing) {
      held = false;
      successes++;
      if (successes == SUCCESSES) {
        release();
      }
    }
  }

  void failed(long now, long intervalMicros) {
    count(true);
    successes = 0;
    if (!failing && settled >= LEAST && failed * 2 > settled) {
      failing = true;
      hold(now, intervalMicros);
    }
  }

  void tick(long now) {
    if (held && probeAt <= now) {
      held = false;
    }
  }

  private void hold(long now, long intervalMicros) {
    held = true;
    probeAt = now + intervalMicros;
  }

  private void release() {
    failing = false;
    successes = 0;
    settled = 0;
    failed = 0;
    next = 0;
  }

  private void count(boolean failure) {
    if (settled == SETTLED) {
      failed -= failures[next] ? 1 : 0;
    } else {
      settled++;
    }
    failures[next] = failure;
    failed += failure ? 1 : 0;
    next = (next + 1) % SETTLED;
  }
}
