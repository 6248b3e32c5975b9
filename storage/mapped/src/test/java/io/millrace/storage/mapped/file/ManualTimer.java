package io.millrace.storage.mapped.file;

import java.util.ArrayDeque;
import java.util.Queue;

/** A timer and clock that stand still until the test lets the next piece of work run. */
public final class ManualTimer implements Timer {

  private record Due(long nanos, Runnable work) {}

  private final Queue<Due> due = new ArrayDeque<>();
  public long nowNanos = 1_000;

  @Override
  public void after(long nanos, Runnable work) {
    due.add(new Due(nowNanos + nanos, work));
  }

  public long nanoTime() {
    return nowNanos;
  }

  public boolean isIdle() {
    return due.isEmpty();
  }

  /** Time goes on to the next piece of work, which runs. */
  public void runNext() {
    Due next = due.remove();
    nowNanos = Math.max(nowNanos, next.nanos());
    next.work().run();
  }

  public void runAll() {
    while (!isIdle()) {
      runNext();
    }
  }
}
