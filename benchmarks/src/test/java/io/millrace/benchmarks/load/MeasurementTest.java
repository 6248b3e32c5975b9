package io.millrace.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeasurementTest {

  @Test
  void isReadBackFromItsLine() {
    Histogram histogram = Latencies.histogram();
    histogram.recordValue(123_456);
    histogram.recordValue(789);
    Measurement measurement =
        new Measurement(
            2, 200, 0.5, 0.25, 0.125, Map.of("receive", histogram), Map.of("disk", 7.5));

    assertThat(Measurement.parse(measurement.toLine())).isEqualTo(measurement);
  }

  @Test
  void anyOtherLineIsRefusedWithItsText() {
    assertThatThrownBy(() -> Measurement.parse("Exception in thread"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Exception in thread");
  }

  @Test
  void theCpuClockOfThisProcessAdvances() {
    CpuClock clock = CpuClock.of(ProcessHandle.current().pid());
    double start = clock.seconds();
    long spins = 0;
    while (clock.seconds() < start + 0.03) {
      spins++;
    }

    assertThat(spins).isPositive();
  }
}
