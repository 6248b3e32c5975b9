package io.millrace.server.nativeprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InFlightRequestsTest {

  private final AtomicInteger halfEmptied = new AtomicInteger();
  private final InFlightRequests inFlight = new InFlightRequests(100, halfEmptied::incrementAndGet);

  @Test
  void isFullAtItsLimitAndTellsWhenHalfIsAnswered() {
    inFlight.add(60);
    assertThat(inFlight.isFull()).isFalse();
    inFlight.add(60);
    assertThat(inFlight.isFull()).isTrue();

    inFlight.remove(60);
    assertThat(halfEmptied).as("60 of 100 are left").hasValue(0);
    inFlight.remove(60);

    assertThat(halfEmptied).hasValue(1);
    assertThat(inFlight.isFull()).isFalse();
    assertThat(inFlight.isEmpty()).isTrue();
  }

  @Test
  void oneRequestOverTheLimitIsTakenAlone() {
    inFlight.add(1000);
    assertThat(inFlight.isFull()).isTrue();

    inFlight.remove(1000);

    assertThat(halfEmptied).hasValue(1);
    assertThat(inFlight.isFull()).isFalse();
  }
}
