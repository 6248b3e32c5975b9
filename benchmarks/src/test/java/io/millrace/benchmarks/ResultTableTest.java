package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final Scenario PRODUCE =
      new Scenario("p", "produce", WorkloadSpec.of(Kind.PRODUCE, 100, Durability.STORED));

  @Test
  void showsMedianAndRangeAndTheRatioOfEachPair() {
    List<Sample> samples =
        List.of(
            sample("a", 1, 200), sample("b", 1, 100),
            sample("b", 2, 300), sample("a", 2, 300),
            sample("a", 3, 1200), sample("b", 3, 400));

    Results results =
        new Results(List.of(new NamedContestant("a"), new NamedContestant("b")), List.of(PRODUCE));
    samples.forEach(results);

    String table = new ResultTable(results).table().markdown();

    assertThat(table)
        .contains("| produce | k events/s | 300 (200-1,200) | 300 (100-400) | 2.00 (1.00-3.00) |");
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMiddleOfTheTwoInTheMiddle() {
    assertThat(Spread.of(new double[] {4, 1, 3, 2})).isEqualTo(new Spread(2.5, 1, 4));
  }

  private static Sample sample(String contestant, int round, double rate) {
    return new Sample("p", contestant, round, Map.of(Metric.KILO_EVENTS.key(), rate), Map.of());
  }
}
