package io.millrace.cli.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds, up to ten minutes, to three digits. */
final class LatencyHistograms {

  private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);

  private LatencyHistograms() {}

  /** A histogram that any thread may record in. */
  static Histogram histogram() {
    return new ConcurrentHistogram(LONGEST_NANOS, 3);
  }

  /** Records, when an answer has come, the time since {@code startNanos}; the same answer then. */
  static <T> CompletableFuture<T> recordSince(
      Histogram histogram, long startNanos, CompletableFuture<T> answer) {
    return answer.whenComplete((ignored, cause) -> recordSince(histogram, startNanos));
  }

  /** Records the time since {@code startNanos}, cut to what a histogram holds. */
  static void recordSince(Histogram histogram, long startNanos) {
    long nanos = System.nanoTime() - startNanos;
    histogram.recordValue(Math.max(0, Math.min(nanos, LONGEST_NANOS)));
  }
}
