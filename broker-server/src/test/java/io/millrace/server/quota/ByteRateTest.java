package io.millrace.server.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRateTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Not zero, and close to an overflow, as a clock of the JVM may be. */
  private static final long START = Long.MAX_VALUE - 5 * SECOND;

  private long now = START;
  private final ByteRate rate = new ByteRate(1000, now);

  private long charge(long bytes) {
    return rate.charge(bytes, now);
  }

  @Test
  void theQuotaOfOneSecondMayBeUsedAtOnce() {
    assertThat(charge(600)).isZero();
    assertThat(charge(400)).isZero();
    assertThat(charge(1)).isEqualTo(SECOND / 1000);
  }

  @Test
  void timePaysTheDebt() {
    charge(1000);
    assertThat(charge(3000)).isEqualTo(3 * SECOND);
    now += SECOND;
    assertThat(rate.delayNanos(now)).isEqualTo(2 * SECOND);
    now += 2 * SECOND;
    assertThat(rate.delayNanos(now)).isZero();
    assertThat(charge(500)).isEqualTo(SECOND / 2);
  }

  @Test
  void aLongPauseGivesNoMoreThanOneBurst() {
    now += 3600 * SECOND;
    assertThat(charge(1000)).isZero();
    assertThat(charge(1000)).isEqualTo(SECOND);
  }

  @Test
  void oneHugeBatchDelaysForOneMinuteAtMost() {
    assertThat(charge(1 << 30)).isEqualTo(60 * SECOND);
    assertThat(charge(1 << 30)).isEqualTo(60 * SECOND);
    now += 60 * SECOND;
    assertThat(rate.delayNanos(now)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1024, 1 << 20, 1L << 40})
  void whoWaitsForEachDelayGetsTheRate(long bytesPerSecond) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ByteRate paced = new ByteRate(bytesPerSecond, now);
    long sent = 0;
    while (now - START < 100 * SECOND) {
      long bytes = 1 + (long) (random.nextDouble() * Math.min(1 << 30, 2 * bytesPerSecond));
      now += paced.charge(bytes, now) + random.nextInt((int) (SECOND / 100));
      sent += bytes;
      if (bytesPerSecond > 1 << 30 && sent > 100L << 30) {
        break; // a batch is far below the quota of one second, so time does not pass
      }
    }
    double seconds = (now - START) / 1e9;
    assertThat(sent / (double) bytesPerSecond)
        .as("seed %s", seed)
        .isLessThanOrEqualTo(seconds + 3); // a burst, and the last batch
    if (bytesPerSecond <= 1 << 30) {
      assertThat(sent / (double) bytesPerSecond).isGreaterThanOrEqualTo(seconds - 1);
    }
  }

  @Test
  void theTimeOfADelayCountsOnceHoweverManyWait() {
    charge(1000);
    charge(2000);
    assertThat(rate.delayedNanos()).isEqualTo(2 * SECOND);
    charge(1000);
    assertThat(rate.delayedNanos()).isEqualTo(3 * SECOND);
    now += 10 * SECOND;
    charge(500);
    assertThat(rate.delayedNanos()).isEqualTo(3 * SECOND);
    assertThat(rate.bytes()).isEqualTo(4500);
  }

  @Test
  void itIsSettledWhenItsBurstIsWhole() {
    assertThat(rate.isSettled(now)).isTrue();
    charge(1);
    assertThat(rate.isSettled(now)).isFalse();
    now += SECOND / 1000;
    assertThat(rate.isSettled(now)).isTrue();
  }
}
