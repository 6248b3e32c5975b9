package io.millrace.torture;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * When a producer sends its next burst, so that all producers together keep to the rate of the
 * plan. A producer that is late sends up to a second of events without a pause. One thread.
 */
final class BurstSchedule {

  private static final int MAX_BURST = 100;
  private static final double MAX_LAG_NANOS = 1e9;

  private final double nanosPerEvent;
  private final SplittableRandom random;
  private double dueNanos = System.nanoTime();

  /** Creates a schedule that starts now. The producer may use the same random numbers. */
  BurstSchedule(TorturePlan plan, SplittableRandom random) {
    this.nanosPerEvent = 1e9 * plan.producers() / plan.eventsPerSecond();
    this.random = random;
  }

  /** Chooses the number of events of the next burst, from 1 to 99. */
  int nextBurst() {
    int burst = random.nextInt(1, MAX_BURST);
    dueNanos = Math.max(dueNanos + burst * nanosPerEvent, System.nanoTime() - MAX_LAG_NANOS);
    return burst;
  }

  /** Waits until the burst after the current one is due, or until the thread is interrupted. */
  void awaitNext() {
    LockSupport.parkNanos((long) dueNanos - System.nanoTime());
  }
}
