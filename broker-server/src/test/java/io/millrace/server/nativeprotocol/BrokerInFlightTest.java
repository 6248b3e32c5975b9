package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget;
import io.millrace.core.MemoryBudget.Use;
import io.millrace.core.MemoryShare;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BrokerInFlightTest {

  private final MemoryShare memory = new MemoryBudget(1000, 1000).share(Use.REQUESTS);
  private final long limit = memory.limit();
  private final BrokerInFlight inFlight = new BrokerInFlight(memory);
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger second = new AtomicInteger();
  private final Runnable firstContinues = first::incrementAndGet;
  private final Runnable secondContinues = second::incrementAndGet;

  @Test
  void atTheLimitAllStopAndAtHalfOfItAllContinueOnce() {
    inFlight.add(limit - 1);
    assertThat(inFlight.isFull(firstContinues)).isFalse();
    inFlight.add(1);
    assertThat(inFlight.isFull(firstContinues)).isTrue();
    assertThat(inFlight.isFull(firstContinues)).isTrue();
    assertThat(inFlight.isFull(secondContinues)).isTrue();

    inFlight.remove(limit / 2 - 1);
    assertThat(first).hasValue(0);
    inFlight.remove(1);
    assertThat(first).hasValue(1);
    assertThat(second).hasValue(1);
    inFlight.remove(limit / 2);
    assertThat(first).hasValue(1);
    assertThat(memory.used()).isZero();
  }

  @Test
  void aClosedConnectionDoesNotContinue() {
    inFlight.add(limit);
    assertThat(inFlight.isFull(firstContinues)).isTrue();
    inFlight.forget(firstContinues);
    inFlight.remove(limit);
    assertThat(first).hasValue(0);
  }
}
