package io.millrace.client.internal.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off: each pause is twice as long as the previous one, up to a maximum. Each
 * pause is shortened by a random amount, at most by half, so that many clients do not retry at the
 * same moment ("equal jitter"; M. Brooker, "Exponential Backoff And Jitter", AWS 2015). Belongs to
 * one thread.
 */
public final class Backoff {

  private final long initialMs;
  private final long maxMs;
  private final RandomGenerator random;
  private long fullMs;

  Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initialMs = TimeUnit.NANOSECONDS.toMillis(DurationNanos.capped(initial));
    this.maxMs = TimeUnit.NANOSECONDS.toMillis(DurationNanos.capped(max));
    this.random = random;
    this.fullMs = initialMs;
  }

  /** The next pause in milliseconds, already shortened. */
  public long nextMs() {
    long full = fullMs;
    fullMs = Math.min(maxMs, 2 * full);
    long half = full / 2;
    return full - (half == 0 ? 0 : random.nextLong(half + 1));
  }

  /** Restarts with the first pause. */
  public void reset() {
    fullMs = initialMs;
  }
}
