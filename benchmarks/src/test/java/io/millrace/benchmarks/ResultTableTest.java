package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.nio.file.Path;
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

    String table =
        new ResultTable(List.of(new Named("a"), new Named("b")), List.of(PRODUCE), samples)
            .markdown();

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

  /** A contestant that is only written about. */
  private record Named(String name) implements Contestant {

    @Override
    public String description() {
      return name;
    }

    @Override
    public BrokerProcess start(Path directory, Memory memory) {
      throw new UnsupportedOperationException("only written about");
    }

    @Override
    public List<String> loadCommand() {
      throw new UnsupportedOperationException("only written about");
    }
  }
}
