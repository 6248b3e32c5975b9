package io.millrace.torture;

import java.util.Arrays;

/**
 * The times of the power failures of a run. They divide the run into periods, which are numbered
 * from 0. An event belongs to the period of its append time, because broker and torture run share a
 * clock. Thread-safe.
 */
final class PowerFailures {

  private volatile long[] failureMicros = {};

  /**
   * Adds a power failure.
   *
   * @param micros the time at which the broker was dead, in microseconds since 1970; not before the
   *     last power failure
   */
  synchronized void add(long micros) {
    long[] more = Arrays.copyOf(failureMicros, failureMicros.length + 1);
    more[failureMicros.length] = micros;
    failureMicros = more;
  }

  /** The period of an append time. */
  int periodOf(long appendTimeMicros) {
    long[] failures = failureMicros;
    int period = failures.length;
    while (period > 0 && failures[period - 1] > appendTimeMicros) {
      period--;
    }
    return period;
  }

  /** The current period, which has not ended. */
  int currentPeriod() {
    return failureMicros.length;
  }
}
