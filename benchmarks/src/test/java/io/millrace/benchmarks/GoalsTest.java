package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GoalsTest {

  private static final Scenario PRODUCE = scenario("produce-100-stored");
  private static final Scenario LATENCY = scenario("latency-stored");
  private static final Metric P50 = Metric.latency("receive", 50);
  private static final Scenario START = scenario("start");

  @Test
  void eachMeasuredGoalIsMetOrMissed() {
    Results results = results("millrace", "kafka");
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

  @Test
  void aGoalIsComparedWithThePeerThatItNames() {
    Results results = results("millrace", "kafka", "redis");
    results.accept(sample(LATENCY, "millrace", P50, 110));
    results.accept(sample(LATENCY, "kafka", P50, 700));
    results.accept(sample(LATENCY, "redis", P50, 100));

    assertThat(Goals.rows(results))
        .contains(
            List.of(
                LATENCY.title() + ", p50 us, Millrace / Redis", "at most 1.00", "1.10", "MISSED"));
  }

  @Test
  void eachPeerHasItsOwnGoals() {
    Results results = results("millrace", "kafka", "rabbitmq");
    results.accept(sample(PRODUCE, "millrace", Metric.KILO_EVENTS, 8_000));
    results.accept(sample(PRODUCE, "kafka", Metric.KILO_EVENTS, 2_000));
    results.accept(sample(PRODUCE, "rabbitmq", Metric.KILO_EVENTS, 4_000));

    assertThat(Goals.rows(results))
        .containsExactly(
            List.of("goal", "wanted", "found", ""),
            List.of(
                "produce 100 B, stored, k events/s, Millrace / Kafka",
                "at least 4.00",
                "4.00",
                "met"),
            List.of(
                "produce 100 B, stored, k events/s, Millrace / RabbitMQ",
                "at least 1.60",
                "2.00",
                "met"));
  }

  @Test
  void peersThatWereNotMeasuredHaveNoRows() {
    Results results = results("millrace", "redis");
    results.accept(sample(PRODUCE, "millrace", Metric.KILO_EVENTS, 7_000));
    results.accept(sample(PRODUCE, "redis", Metric.KILO_EVENTS, 500));

    assertThat(Goals.rows(results)).containsExactly(List.of("goal", "wanted", "found", ""));
  }

  private static Results results(String... names) {
    return new Results(
        Stream.of(names).<SystemUnderTest>map(NamedSystem::new).toList(),
        List.of(PRODUCE, LATENCY, START));
  }

  private static Sample sample(Scenario scenario, String system, Metric metric, double value) {
    return new Sample(scenario.name(), system, 1, Map.of(metric.key(), value), Map.of());
  }

  private static Scenario scenario(String name) {
    return Scenario.all().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }
}
