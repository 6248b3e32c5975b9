package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the benchmarks with the real broker, too briefly to measure its speed. */
class HarnessTest {

  private static final Scenario LATENCY =
      new Scenario(
          "latency",
          "latency",
          WorkloadSpec.of(Kind.SCHEDULED, 100, Durability.SYNCED).eventsPerSecond(1_000));
  private static final Scenario START =
      new Scenario("start", "start", WorkloadSpec.of(Kind.FIRST_EVENT, 100, Durability.SYNCED));

  @TempDir Path directory;

  @Test
  void measuresEachScenarioInEachRoundOnItsOwnBroker() throws Exception {
    SystemUnderTest millrace = BrokerUnderTest.millrace();
    Results results = new Results(List.of(millrace), List.of(START, LATENCY));
    Duration round = Duration.ofMillis(200);
    RunPlan plan = new RunPlan(2, Duration.ofMillis(20), round, Duration.ofMillis(20), directory);

    new Comparison(results.systems(), plan, results).run(results.scenarios());

    assertThat(results.values(START, millrace, Metric.FIRST_EVENT)).hasSize(2);
    assertThat(results.values(START, millrace, Metric.IDLE_MEMORY)).hasSize(1);
    assertThat(results.values(LATENCY, millrace, Metric.latency("receive", 50))).hasSize(2);
    assertThat(results.latencies(LATENCY, millrace, "receive").orElseThrow().getTotalCount())
        .as("200 ms of 1,000 events per second, twice")
        .isEqualTo(2 * 200);
    assertThat(new ResultTable(results).table().text()).contains("p99.9 us", "idle, resident MB");
  }
}
