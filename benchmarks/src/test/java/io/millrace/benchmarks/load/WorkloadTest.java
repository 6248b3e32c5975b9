package io.millrace.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workloads verify that the broker has stored what it acknowledged. */
class WorkloadTest {

  private static final Duration SHORT = Duration.ofMillis(1);

  @ParameterizedTest
  @EnumSource(names = {"PRODUCE", "CONSUME", "ONE_IN_FLIGHT"})
  void countsEventsAndTheBytesOfTheirValues(Kind kind) {
    FakeLoadClient broker = new FakeLoadClient(i -> false);

    Measurement measured = round(kind, broker);

    assertThat(measured.events()).isPositive();
    assertThat(measured.bytes()).isEqualTo(measured.events() * 100);
    assertThat(broker.hasTopics()).as("the workload deletes its topic").isFalse();
  }

  @Test
  void aLostEventIsDetectedWhenProducing() {
    FakeLoadClient broker = new FakeLoadClient(i -> i == 7);

    assertThatThrownBy(() -> round(Kind.PRODUCE, broker))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("were stored");
  }

  @Test
  void aLostEventIsDetectedWithOneInFlight() {
    FakeLoadClient broker = new FakeLoadClient(i -> i == 0);

    assertThatThrownBy(() -> round(Kind.ONE_IN_FLIGHT, broker))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("were stored");
  }

  @Test
  void reorderedEventsAreDetected() {
    EventDigest sent = new EventDigest();
    EventDigest received = new EventDigest();
    byte[] first = {1, 2};
    byte[] second = {3, 4};
    sent.accept(first);
    sent.accept(second);
    received.accept(second);
    received.accept(first);

    assertThatThrownBy(() -> received.requireSame(sent))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("2 events of 4 bytes");
  }

  private static Measurement round(Kind kind, FakeLoadClient broker) {
    WorkloadSpec spec = WorkloadSpec.of(kind, 100, Durability.STORED).fillBytes(1_000);
    Target target = new Target(server -> broker, "nowhere:0", ProcessHandle.current().pid());
    try (Workload workload = Workload.open(spec, target)) {
      return workload.round(SHORT);
    }
  }
}
