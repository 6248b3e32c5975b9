package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.ThrottledPush;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProduceThrottleTest {

  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final long now = System.nanoTime();
  private final ProduceThrottle throttle = new ProduceThrottle();

  private static ThrottledPush push(int delayMs, boolean stop) {
    return new ThrottledPush("client", "billing", 1 << 20, delayMs, stop);
  }

  @Test
  void thereIsNoneAtFirst() {
    assertThat(throttle.stopNanosLeft(now)).isZero();
    assertThat(throttle.hasDelayedAfter(now - 1000)).isFalse();
    assertThat(throttle.reason()).isEmpty();
    throttle.disconnected(now);
    assertThat(throttle.stopsSending()).isFalse();
  }

  @Test
  void theLongestDelayCounts() {
    throttle.apply(push(5_000, true), now);
    throttle.apply(push(60_000, false), now);
    throttle.apply(push(1_000, true), now);
    assertThat(throttle.stopNanosLeft(now)).isEqualTo(5_000 * MS);
    assertThat(throttle.stopNanosLeft(now + 5_000 * MS)).isZero();
    assertThat(throttle.hasDelayedAfter(now + 59_999 * MS)).isTrue();
    assertThat(throttle.hasDelayedAfter(now + 60_000 * MS)).isFalse();
    assertThat(throttle.reason())
        .contains("the broker's quota of 1MiB/s for client 'billing' delays the answers");
  }

  @Test
  void aBrokerCannotStopAClientForLong() {
    throttle.apply(push(Integer.MAX_VALUE, true), now);
    assertThat(throttle.stopNanosLeft(now)).isEqualTo(ProduceThrottle.LONGEST.toNanos());
    ProduceThrottle forged = new ProduceThrottle();
    forged.apply(new ThrottledPush("", "", Long.MIN_VALUE, Integer.MIN_VALUE, true), now);
    assertThat(forged.stopNanosLeft(now)).isZero();
    assertThat(forged.reason()).isEmpty();
  }
}
