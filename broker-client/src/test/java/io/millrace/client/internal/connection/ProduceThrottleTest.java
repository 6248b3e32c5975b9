package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.SourceFilter;
import io.millrace.protocol.wire.ThrottledPush;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
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

  private static ThrottledPush ofSource(String name, int delayMs) {
    return new ThrottledPush("source", name, 1 << 20, delayMs, false);
  }

  private static LongPredicate has(String source) {
    long bits = SourceFilter.bits(source.getBytes(StandardCharsets.UTF_8));
    return wanted -> SourceFilter.mayContain(bits, wanted);
  }

  @Test
  void theDelayOfASourceIsThatOfBatchesThatHaveIt() {
    throttle.apply(ofSource("loud", 60_000), now);
    throttle.apply(ofSource("louder", 70_000), now);
    assertThat(throttle.hasDelayedAfter(now, has("loud"))).isTrue();
    assertThat(throttle.hasDelayedAfter(now + 60_000 * MS, has("loud"))).isFalse();
    assertThat(throttle.hasDelayedAfter(now + 60_000 * MS, has("louder"))).isTrue();
    assertThat(throttle.hasDelayedAfter(now, has("quiet"))).isFalse();
    assertThat(throttle.hasDelayedAfter(now + 69_999 * MS)).isTrue();
    assertThat(throttle.reason(has("loud"))).get().asString().contains("source 'loud'");
    assertThat(throttle.reason(has("quiet"))).isEmpty();
    assertThat(throttle.reason()).isPresent();
  }

  @Test
  void aClientThatHearsOfTooManySourcesTakesTheirDelaysForThoseOfAll() {
    for (int i = 0; i < ProduceThrottle.MAX_SOURCES; i++) {
      throttle.apply(ofSource("s" + i, 1_000), now);
    }
    long later = now + ProduceThrottle.LONGEST.toNanos();
    throttle.apply(ofSource("more", 5_000), later);
    assertThat(throttle.hasDelayedAfter(later, has("quiet"))).isTrue();

    throttle.apply(ofSource("even more", 9_000), later + 2_000 * MS);
    assertThat(throttle.hasDelayedAfter(later + 6_000 * MS, has("quiet"))).isFalse();
    assertThat(throttle.hasDelayedAfter(later + 6_000 * MS, has("even more"))).isTrue();
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
