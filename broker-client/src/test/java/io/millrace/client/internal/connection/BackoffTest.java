package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void pausesDoubleUpToTheLongestAndAreShortenedByHalfAtMost() {
    Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), new Random(1));
    for (long full : new long[] {100, 200, 400, 800, 1000, 1000, 1000}) {
      assertThat(backoff.nextMs()).isBetween(full / 2, full);
    }
    backoff.reset();
    assertThat(backoff.nextMs()).isBetween(50L, 100L);
  }

  @Test
  void manyAttemptsDoNotOverflow() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    Backoff backoff = new Backoff(Duration.ofDays(1), forever, new Random(1));
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.nextMs()).isPositive();
    }
  }

  @Test
  void shortestPauseIsNotShortenedToZero() {
    Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1));
    assertThat(backoff.nextMs()).isEqualTo(1);
  }
}
