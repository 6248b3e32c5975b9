package io.millrace.core;

/**
 * The rate of a number that grows, as an exponentially weighted mean of the last minute. The
 * samples may come at any times. One thread at a time.
 */
final class MovingRate {

  private static final double WINDOW_MICROS = 60_000_000;
  private static final double MICROS_PER_SECOND = 1_000_000;

  /** Samples that follow sooner are left out, so that a burst of them costs nothing. */
  private static final long MIN_STEP_MICROS = 500_000;

  private boolean begun;
  private long lastValue;
  private long lastMicros;
  private double perSecond;
  private double weight;

  void sample(long value, long nowMicros) {
    if (!begun || value < lastValue) {
      begun = true;
      lastValue = value;
      lastMicros = nowMicros;
      return;
    }
    long step = nowMicros - lastMicros;
    if (step < MIN_STEP_MICROS) {
      return;
    }
    double rate = (value - lastValue) * MICROS_PER_SECOND / step;
    double part = 1 - Math.exp(-step / WINDOW_MICROS);
    perSecond += (rate - perSecond) * part;
    weight += (1 - weight) * part;
    lastValue = value;
    lastMicros = nowMicros;
  }

  /** The rate; 0 before the second sample. The mean counts the time since the first sample only. */
  double perSecond() {
    return weight == 0 ? 0 : perSecond / weight;
  }
}
