package io.millrace.cli.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Creates and fills histograms of latencies, in nanoseconds, with three significant digits. */
final class LatencyHistograms {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private LatencyHistograms() {}

  /** Creates a histogram in which any thread can record. */
  static Histogram histogram() {
    return new ConcurrentHistogram(LONGEST_NANOS, 3);
  }

  /**
   * Records the time since {@code startNanos} when the answer completes.
   *
   * @return a future that completes like the answer, after the time is recorded
   */
  static <T> CompletableFuture<T> recordSince(
      Histogram histogram, long startNanos, CompletableFuture<T> answer) {
    return answer.whenComplete((ignored, cause) -> recordSince(histogram, startNanos));
  }

  /** Records the time since {@code startNanos}; a time of more than ten minutes as ten minutes. */
  static void recordSince(Histogram histogram, long startNanos) {
    long nanos = System.nanoTime() - startNanos;
    histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
  }
}
