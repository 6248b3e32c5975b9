package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The delays between the attempts to open a log again. */
class ReopenDelaysTest {

  private long nanos;

  private ReopenDelays delays(boolean longest) {
    return new ReopenDelays(() -> nanos, bound -> longest ? 0 : bound - 1);
  }

  private static long[] next(ReopenDelays delays, int count) {
    return IntStream.range(0, count).mapToLong(i -> delays.nextMs()).toArray();
  }

  @Test
  void theLimitDoublesUpToTheLongest() {
    assertThat(next(delays(true), 12))
        .containsExactly(0, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000);
  }

  @Test
  void aDelayIsAtLeastHalfOfItsLimit() {
    assertThat(next(delays(false), 12))
        .containsExactly(0, 50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000);
  }

  @Test
  void manyAttemptsKeepTheLongestDelay() {
    ReopenDelays delays = delays(true);
    next(delays, 100);
    assertThat(delays.nextMs()).isEqualTo(ReopenDelays.MAX_MS);
  }

  @Test
  void aLogThatIsSoonFencedAgainContinuesTheSeries() {
    ReopenDelays delays = delays(true);
    next(delays, 3);
    delays.opened();
    nanos += TimeUnit.MILLISECONDS.toNanos(ReopenDelays.MAX_MS) - 1;
    assertThat(delays.nextMs()).isEqualTo(400);
  }

  @Test
  void aLogThatWasOpenForLongBeginsTheSeriesAnew() {
    ReopenDelays delays = delays(true);
    next(delays, 3);
    delays.opened();
    nanos += TimeUnit.MILLISECONDS.toNanos(ReopenDelays.MAX_MS);
    assertThat(next(delays, 2)).containsExactly(0, 100);
  }
}
