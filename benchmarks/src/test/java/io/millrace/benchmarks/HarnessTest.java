package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The harness against the real broker, so short that nothing is to be learned about speed. */
class HarnessTest {

  private static final int SIZE_BYTES = 100;

  private final List<Sample> samples = new ArrayList<>();

  @TempDir Path directory;
  private Contestant millrace;

  @BeforeEach
  void chooseBroker() throws Exception {
    List<String> launcher = new ArrayList<>();
    launcher.add(Jdk.running().java().toString());
    launcher.addAll(LoadProcess.access());
    launcher.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    launcher.addAll(List.of("-cp", System.getProperty("java.class.path")));
    launcher.add("io.millrace.cli.Millrace");
    millrace = new MillraceContestant(launcher);
  }

  @Test
  void countsWhatIsProducedConsumedAndTimed() throws Exception {
    Scenario produce = scenario(Kind.PRODUCE, 0);
    Scenario consume = scenario(Kind.CONSUME, 0);
    Scenario latency = scenario(Kind.SCHEDULED, 1_000);

    run(produce, consume, latency);

    assertThat(samples)
        .extracting(Sample::scenario)
        .containsExactly(produce.name(), consume.name(), latency.name());
    assertThat(samples.get(0).values().get("events")).isPositive();
    assertThat(samples.get(1).values().get("events") % 10_000).isZero();
    assertThat(samples.get(2).values()).containsEntry("events", 200.0);
    assertThat(samples.get(2).latencies().get("receive").getTotalCount()).isEqualTo(200);
    Results results = new Results(List.of(millrace), List.of(produce, consume, latency));
    samples.forEach(results);
    assertThat(new ResultTable(results).text()).contains("k events/s", "p99.9 us");
  }

  @Test
  void startsABrokerAgainAndWaitsForItsFirstEvent() throws Exception {
    Scenario start = scenario(Kind.FIRST_EVENT, 0);

    new StartComparison(List.of(millrace), plan(), Duration.ZERO, samples::add).run(start);

    assertThat(samples).hasSize(1);
    assertThat(samples.get(0).values().get(Metric.FIRST_EVENT.key())).isPositive();
    assertThat(samples.get(0).values().get(Metric.IDLE_MEMORY.key())).isPositive();
  }

  private void run(Scenario... scenarios) throws Exception {
    new Comparison(List.of(millrace), plan(), samples::add).run(List.of(scenarios));
  }

  private Plan plan() {
    return new Plan(1, Duration.ofMillis(50), Duration.ofMillis(200), directory);
  }

  private static Scenario scenario(Kind kind, int rate) {
    WorkloadSpec spec =
        WorkloadSpec.of(kind, SIZE_BYTES, Durability.SYNCED)
            .eventsPerSecond(rate)
            .fillBytes(1_000_000);
    return new Scenario(kind.name(), kind.name(), spec);
  }
}
