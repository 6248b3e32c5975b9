package io.millrace.client.internal;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses that double up to a longest one, each cut by a random part so that many clients do not
 * come back at the same moment ("equal jitter"; M. Brooker, "Exponential Backoff And Jitter", AWS
 * 2015). Belongs to one thread.
 */
final class Backoff {

  private static final int MAX_DOUBLINGS = 30;

  private final long initialMs;
  private final long maxMs;
  private final RandomGenerator random;
  private int attempts;

  Backoff(Duration initial, Duration max, RandomGenerator random) {
    this.initialMs = initial.toMillis();
    this.maxMs = max.toMillis();
    this.random = random;
  }

  /** The next pause: between half and all of what doubling gives. */
  long nextMs() {
    long full = Math.min(maxMs, initialMs << Math.min(attempts, MAX_DOUBLINGS));
    attempts = Math.min(attempts + 1, MAX_DOUBLINGS);
    long half = full / 2;
    return full - (half == 0 ? 0 : random.nextLong(half + 1));
  }

  /** Begins with the first pause again. */
  void reset() {
    attempts = 0;
  }
}
