package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResultTableTest {

  private static final Scenario PRODUCE =
      new Scenario("p", "produce", WorkloadSpec.of(Kind.PRODUCE, 100, Durability.STORED));

  @Test
  void showsMedianRangeAndRatio() {
    List<Sample> samples =
        List.of(
            sample("a", 1, 200), sample("b", 1, 100),
            sample("b", 2, 300), sample("a", 2, 300),
            sample("a", 3, 1200), sample("b", 3, 400));

    Results results = results("a", "b");
    samples.forEach(results);

    String table = new ResultTable(results).table().markdown();

    assertThat(table)
        .contains("| produce | k events/s | 300 (200-1,200) | 300 (100-400) | 2.00 (1.00-3.00) |");
  }

  @Test
  void aSystemThatWasNotMeasuredHasADashAlsoForItsRatio() {
    Results results = results("a", "b", "c");
    results.accept(sample("a", 1, 200));
    results.accept(sample("c", 1, 100));

    assertThat(new ResultTable(results).table().markdown())
        .contains("| median (min-max) |  | a | b | c | a / b | a / c |")
        .contains(
            "| produce | k events/s | 200 (200-200) | - | 100 (100-100) | - | 2.00 (2.00-2.00) |");
  }

  @Test
  void aRatioToZeroIsADash() {
    Results results = results("a", "b");
    results.accept(sample("a", 1, 200));
    results.accept(sample("b", 1, 0));

    assertThat(new ResultTable(results).table().markdown())
        .contains("| produce | k events/s | 200 (200-200) | 0 (0-0) | - |");
  }

  @Test
  void theMedianOfAnEvenNumberOfValuesIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Spread.of(new double[] {4, 1, 3, 2})).isEqualTo(new Spread(2.5, 1, 4));
  }

  private static Results results(String... names) {
    return new Results(
        Stream.of(names).<SystemUnderTest>map(NamedSystem::new).toList(), List.of(PRODUCE));
  }

  private static Sample sample(String system, int round, double rate) {
    return new Sample("p", system, round, Map.of(Metric.KILO_EVENTS.key(), rate), Map.of());
  }
}
