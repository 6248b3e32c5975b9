package io.millrace.client.internal.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The shortest and the longest pause of a {@link Backoff}.
 *
 * @param initial the first pause
 * @param max the longest pause
 */
public record BackoffRange(Duration initial, Duration max) {

  /** A new back-off, which starts with the first pause. */
  public Backoff start(RandomGenerator random) {
    return new Backoff(initial, max, random);
  }
}
