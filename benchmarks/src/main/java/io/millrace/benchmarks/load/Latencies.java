package io.millrace.benchmarks.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Creates and fills histograms of latencies, in nanoseconds, with three significant digits. A
 * histogram is used by one thread.
 */
final class Latencies {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private Latencies() {}

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  /** Records a latency; one of more than a minute as a minute. */
  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
  }
}
