package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MovingRateTest {

  private static final long SECOND = 1_000_000;

  private final MovingRate rate = new MovingRate();

  @Test
  void aSteadyRateIsExactFromTheSecondSampleOn() {
    rate.sample(0, 0);
    assertThat(rate.perSecond()).isZero();
    rate.sample(1_000, 10 * SECOND);
    assertThat(rate.perSecond()).isCloseTo(100, within(0.001));
    rate.sample(10_000, 100 * SECOND);
    assertThat(rate.perSecond()).isCloseTo(100, within(0.001));
  }

  @Test
  void anOldRateFades() {
    rate.sample(0, 0);
    rate.sample(1_000, 10 * SECOND);
    rate.sample(1_000, 70 * SECOND);
    assertThat(rate.perSecond()).isBetween(5.0, 30.0);
    rate.sample(1_000, 700 * SECOND);
    assertThat(rate.perSecond()).isCloseTo(0, within(0.01));
  }

  @Test
  void aResetBackBeginsAnew() {
    rate.sample(1_000, 0);
    rate.sample(0, 10 * SECOND);
    rate.sample(10, 11 * SECOND);
    assertThat(rate.perSecond()).isCloseTo(10, within(0.001));
  }
}
