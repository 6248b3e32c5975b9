package io.millrace.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.BrokerUnderTest;
import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Every workload against the real broker, which is asked how many events have arrived. */
class MillraceWorkloadTest {

  private static final int SIZE_BYTES = 100;

  @TempDir static Path directory;
  private static BrokerUnderTest broker;

  @BeforeAll
  static void start() throws Exception {
    broker = BrokerUnderTest.start(directory);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"COLD_READ", "FIRST_EVENT"}) // Need root, and a broker to start.
  void countsTheSameEventsAsTheBroker(Kind kind) {
    WorkloadSpec spec =
        WorkloadSpec.of(kind, SIZE_BYTES, Durability.SYNCED)
            .partitions(kind == Kind.PRODUCE_SPREAD ? 4 : 1)
            .connections(3)
            .eventsPerSecond(1_000)
            .fillBytes(100_000);
    Target target = new Target(MillraceLoadClient::new, broker.address(), broker.pid());
    try (Workload workload = Workload.open(spec, target)) {
      Measurement measured = workload.round(Duration.ofMillis(100));

      assertThat(measured.events()).isPositive();
      assertThat(measured.bytes()).isEqualTo(measured.events() * SIZE_BYTES);
      assertThat(measured.latencies().values())
          .allSatisfy(
              latencies -> assertThat(latencies.getTotalCount()).isEqualTo(measured.events()));
    }
  }
}
