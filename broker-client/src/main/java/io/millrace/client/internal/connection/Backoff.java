package io.millrace.client.internal.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Pauses that double up to a longest one, each cut by a random part so that many clients do not
 * come back at the same moment ("equal jitter"; M. Brooker, "Exponential Backoff And Jitter", AWS
 * 2015). Belongs to one thread.
 */
public final class Backoff {

  private final long initialMs;
  private final long maxMs;
  private final RandomGenerator random;
  private long fullMs;

  public Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initialMs = TimeUnit.NANOSECONDS.toMillis(DurationNanos.capped(initial));
    this.maxMs = TimeUnit.NANOSECONDS.toMillis(DurationNanos.capped(max));
    this.random = random;
    this.fullMs = initialMs;
  }

  /** The next pause: between half and all of what doubling gives. */
  public long nextMs() {
    long full = fullMs;
    fullMs = Math.min(maxMs, 2 * full);
    long half = full / 2;
    return full - (half == 0 ? 0 : random.nextLong(half + 1));
  }

  /** Begins with the first pause again. */
  public void reset() {
    fullMs = initialMs;
  }
}
