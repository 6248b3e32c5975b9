package io.millrace.storage.mapped.file;

import java.util.ArrayDeque;
import java.util.Queue;

/** A timer and clock that the test advances from task to task. */
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

  /** Advances the clock to the next task and runs it. */
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
