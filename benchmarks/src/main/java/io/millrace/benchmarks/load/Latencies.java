package io.millrace.benchmarks.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds, up to a minute, to three digits. For one thread each. */
final class Latencies {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private Latencies() {}

  static Histogram histogram() {
    return new Histogram(LONGEST_NANOS, 3);
  }

  /** Records a time, cut to what a histogram holds. */
  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
  }
}
