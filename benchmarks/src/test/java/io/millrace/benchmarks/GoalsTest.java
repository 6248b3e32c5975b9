package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalsTest {

  private static final Scenario PRODUCE = scenario("produce-100-stored");
  private static final Scenario START = scenario("start");

  @Test
  void saysOfEachGoalThatWasMeasuredWhetherItIsMet() {
    Results results =
        new Results(
            List.of(new NamedContestant("millrace"), new NamedContestant("kafka")),
            List.of(PRODUCE, START));
    results.accept(sample(PRODUCE, "millrace", Metric.KILO_EVENTS, 7_000));
    results.accept(sample(PRODUCE, "kafka", Metric.KILO_EVENTS, 2_000));
    results.accept(sample(START, "millrace", Metric.FIRST_EVENT, 650));

    assertThat(Goals.rows(results))
        .containsExactly(
            List.of("goal", "wanted", "found", ""),
            List.of(
                "produce 100 B, stored, k events/s, Millrace / Kafka",
                "at least 4.00",
                "3.50",
                "MISSED"),
            List.of("start to first acknowledged event, ms", "at most 700", "650", "met"));
  }

  private static Sample sample(Scenario scenario, String contestant, Metric metric, double value) {
    return new Sample(scenario.name(), contestant, 1, Map.of(metric.key(), value), Map.of());
  }

  private static Scenario scenario(String name) {
    return Scenario.all().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }
}
