package io.millrace.core;

import io.millrace.group.GroupMachine;
import io.millrace.group.Moment;
import java.util.function.BiConsumer;

/**
 * Decides when the groups of a shard get a tick, and wakes the shard for it. After a pause of the
 * broker, the beats of its members are still in the sockets: no session ends before they are read.
 * Owner thread.
 */
final class GroupTimer {

  private static final long MAX_TIMER_MICROS = 60_000_000;
  private static final long MICROS_PER_MS = 1_000;

  /** A timer that is later than this shows a pause of the broker. */
  private static final long PAUSE_MICROS = 1_000_000;

  private final GroupResources resources;
  private final BiConsumer<Long, Runnable> afterDelay;
  private final Runnable wake;
  private long timerAt = Long.MAX_VALUE;

  /** The number of the timer that counts; those before it do nothing. */
  private long newestTimer;

  private long noTickBefore = Long.MIN_VALUE;

  /**
   * @param afterDelay runs a task on the owner's thread after a delay in milliseconds
   */
  GroupTimer(GroupResources resources, BiConsumer<Long, Runnable> afterDelay, Runnable wake) {
    this.resources = resources;
    this.afterDelay = afterDelay;
    this.wake = wake;
  }

  boolean isTickDue(GroupMachine machine, Moment now) {
    return machine.nextDeadlineMicros() <= now.monotonicMicros()
        && noTickBefore <= now.monotonicMicros();
  }

  /** An append has failed: no tick for a time. */
  void holdTicks(Moment now, long delayMs) {
    noTickBefore = now.monotonicMicros() + delayMs * MICROS_PER_MS;
  }

  /** Wakes the shard when the next tick is due. */
  void set(GroupMachine machine, Moment now) {
    long next = machine.nextDeadlineMicros();
    if (next != Long.MAX_VALUE) {
      set(Math.max(next, noTickBefore), now);
    }
  }

  /** Wakes the shard at a time of the monotonic clock, or before. */
  void set(long deadlineMicros, Moment now) {
    if (timerAt <= deadlineMicros || deadlineMicros == Long.MAX_VALUE) {
      return;
    }
    long delayMicros = Math.min(MAX_TIMER_MICROS, deadlineMicros - now.monotonicMicros());
    long due = now.monotonicMicros() + delayMicros;
    timerAt = deadlineMicros;
    long number = ++newestTimer;
    afterDelay.accept(Math.max(1, delayMicros / MICROS_PER_MS + 1), () -> fired(number, due));
  }

  private void fired(long number, long dueMicros) {
    if (number != newestTimer) {
      return; // a later timer has an earlier deadline
    }
    timerAt = Long.MAX_VALUE;
    long now = resources.now().monotonicMicros();
    if (now - dueMicros > PAUSE_MICROS) {
      noTickBefore = Math.max(noTickBefore, now + PAUSE_MICROS);
    }
    wake.run();
  }
}
