package io.millrace.torture;

import java.util.Arrays;

/**
 * The times between power cuts, numbered from 0. An event belongs to the era of its append time:
 * broker and torture share a clock. Thread-safe.
 */
final class PowerFailures {

  private volatile long[] cutMicros = {};

  /**
   * Power was cut.
   *
   * @param micros when the broker was dead; not before the last cut
   */
  synchronized void cut(long micros) {
    long[] more = Arrays.copyOf(cutMicros, cutMicros.length + 1);
    more[cutMicros.length] = micros;
    cutMicros = more;
  }

  /** The era of an append time. */
  int of(long appendTimeMicros) {
    long[] cuts = cutMicros;
    int era = cuts.length;
    while (era > 0 && cuts[era - 1] > appendTimeMicros) {
      era--;
    }
    return era;
  }

  /** The era that has not ended. */
  int current() {
    return cutMicros.length;
  }
}
