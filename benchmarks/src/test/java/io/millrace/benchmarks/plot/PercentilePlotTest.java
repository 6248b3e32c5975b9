package io.millrace.benchmarks.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmarks.plot.PercentilePlot.Curve;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PercentilePlotTest {

  private static final Pattern LABEL = Pattern.compile(" y=\"([0-9.]+)\"[^>]*>system-");
  private static final int FONT_SIZE = 13;

  @Test
  void namesOfCurvesThatEndAtTheSamePointDoNotOverlap() {
    Histogram latencies = new Histogram(3);
    latencies.recordValueWithCount(1_000_000, 1_000);
    List<Curve> five =
        IntStream.range(0, 5).mapToObj(i -> new Curve(i, "system-" + i, latencies)).toList();

    List<Double> heights =
        LABEL
            .matcher(new PercentilePlot("plot", five).svg())
            .results()
            .map(label -> Double.valueOf(label.group(1)))
            .toList();

    assertThat(heights).hasSize(5);
    for (int i = 1; i < heights.size(); i++) {
      assertThat(heights.get(i) - heights.get(i - 1)).isGreaterThan(FONT_SIZE);
    }
  }
}
