package io.millrace.benchmarks;

import static io.millrace.benchmarks.Goal.Bound.AT_LEAST;
import static io.millrace.benchmarks.Goal.Bound.AT_MOST;

import io.millrace.benchmarks.Goal.Bound;
import io.millrace.benchmarks.Goal.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The goals of Millrace. */
final class Goals {

  private static final String KAFKA = "Kafka";
  private static final String REDIS = "Redis";
  private static final String RABBITMQ = "RabbitMQ";

  private static final List<Goal> ALL =
      List.of(
          timesPeer(KAFKA, "produce-100-stored", Metric.KILO_EVENTS, AT_LEAST, 4),
          timesPeer(RABBITMQ, "produce-100-stored", Metric.KILO_EVENTS, AT_LEAST, 1.6),
          timesPeer(KAFKA, "produce-1024-stored", Metric.MEGABYTES, AT_LEAST, 2.5),
          timesPeer(KAFKA, "produce-100-synced", Metric.KILO_EVENTS, AT_LEAST, 4),
          timesPeer(KAFKA, "produce-1024-synced", Metric.MEGABYTES, AT_LEAST, 2.5),
          times("produce-100-synced", "produce-100-stored", Metric.KILO_EVENTS, 0.75),
          times("produce-1024-synced", "produce-1024-stored", Metric.MEGABYTES, 0.75),
          timesPeer(KAFKA, "consume-100", Metric.KILO_EVENTS, AT_LEAST, 2.5),
          timesPeer(RABBITMQ, "consume-100", Metric.KILO_EVENTS, AT_LEAST, 1.4),
          timesPeer(KAFKA, "consume-1024", Metric.MEGABYTES, AT_LEAST, 2),
          timesPeer(KAFKA, "produce-100-stored", Metric.BROKER_CPU, AT_MOST, 1 / 3.0),
          timesPeer(KAFKA, "produce-1024-stored", Metric.BROKER_CPU, AT_MOST, 1 / 3.0),
          timesPeer(KAFKA, "consume-100", Metric.BROKER_CPU, AT_MOST, 1 / 3.0),
          timesPeer(KAFKA, "consume-1024", Metric.BROKER_CPU, AT_MOST, 1 / 3.0),
          atMost("latency-stored", Metric.latency("receive", 50), 100),
          atMost("latency-stored", Metric.latency("receive", 99), 450),
          atMost("latency-stored", Metric.latency("receive", 99.9), 2_400),
          timesPeer(KAFKA, "latency-stored", Metric.latency("receive", 99), AT_MOST, 0.1),
          timesPeer(REDIS, "latency-stored", Metric.latency("receive", 50), AT_MOST, 1),
          timesPeer(REDIS, "latency-stored", Metric.latency("receive", 99), AT_MOST, 1),
          timesPeer(REDIS, "latency-stored", Metric.latency("receive", 99.9), AT_MOST, 1),
          atMost("latency-synced", Metric.latency("receive", 50), 300),
          atMost("latency-synced", Metric.latency("receive", 99), 1_000),
          atMost("one-in-flight-stored", Metric.latency("acknowledge", 50), 80),
          atMost("one-in-flight-synced", Metric.latency("acknowledge", 50), 200),
          atMost("start", Metric.FIRST_EVENT, 700),
          atMost("start", Metric.IDLE_MEMORY, 120),
          atMost("start", Metric.IDLE_CPU, 0.5),
          absolute("filter-source", Metric.EVENTS_PER_BROKER_CPU, AT_LEAST, 1_000),
          absolute("filter-json", Metric.EVENTS_PER_BROKER_CPU, AT_LEAST, 600),
          besideFilters(50),
          besideFilters(99),
          times("partitions-1000", "produce-100-synced", Metric.KILO_EVENTS, 0.5),
          times("connections-200-produce", "produce-1024-synced", Metric.MEGABYTES, 0.85),
          times("connections-200-consume", "consume-1024", Metric.MEGABYTES, 0.85),
          new Goal(
              "consume cold / the disk's own sequential read",
              quotient("cold", Metric.MEGABYTES, "cold", Metric.DISK),
              AT_LEAST,
              0.8,
              2),
          new Goal(
              "p99 of a live tail during a cold read / alone",
              quotient(
                  "cold",
                  Metric.latency("tail_beside", 99),
                  "cold",
                  Metric.latency("tail_alone", 99)),
              AT_MOST,
              1.1,
              2));

  private Goals() {}

  /**
   * A table row for each goal whose number is in the results, with {@code met} or {@code MISSED}.
   */
  static List<List<String>> rows(Results results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("goal", "wanted", "found", ""));
    for (Goal goal : ALL) {
      goal.found(results)
          .ifPresent(
              found ->
                  rows.add(
                      List.of(
                          goal.what(),
                          goal.wanted(),
                          goal.number(found),
                          goal.isMetBy(found) ? "met" : "MISSED")));
    }
    return rows;
  }

  private static Goal timesPeer(
      String peer, String scenario, Metric metric, Bound bound, double value) {
    String name = peer.toLowerCase(Locale.ROOT);
    return new Goal(
        title(scenario) + ", " + metric.label() + ", Millrace / " + peer,
        results -> ratio(results, name, scenario, metric),
        bound,
        value,
        2);
  }

  private static Goal times(String scenario, String other, Metric metric, double value) {
    return new Goal(
        title(scenario) + " / " + title(other) + ", " + metric.label(),
        quotient(scenario, metric, other, metric),
        AT_LEAST,
        value,
        2);
  }

  private static Goal besideFilters(double percentile) {
    Metric beside = Metric.latency("append_beside", percentile);
    Metric alone = Metric.latency("append_alone", percentile);
    return new Goal(
        title("beside-filters") + ", " + beside.label() + " / alone",
        quotient("beside-filters", beside, "beside-filters", alone),
        AT_MOST,
        1.05,
        2);
  }

  private static Goal atMost(String scenario, Metric metric, double value) {
    return absolute(scenario, metric, AT_MOST, value);
  }

  private static Goal absolute(String scenario, Metric metric, Bound bound, double value) {
    return new Goal(
        title(scenario) + ", " + metric.label(),
        results -> median(results, scenario, metric),
        bound,
        value,
        value < 1 ? 2 : 0);
  }

  private static Quantity quotient(
      String scenario, Metric metric, String otherScenario, Metric otherMetric) {
    return results -> {
      OptionalDouble number = median(results, scenario, metric);
      OptionalDouble other = median(results, otherScenario, otherMetric);
      return number.isPresent() && other.isPresent()
          ? OptionalDouble.of(number.getAsDouble() / other.getAsDouble())
          : OptionalDouble.empty();
    };
  }

  private static OptionalDouble median(Results results, String scenario, Metric metric) {
    return results
        .scenario(scenario)
        .flatMap(found -> results.spread(found, results.systems().get(0), metric))
        .map(spread -> OptionalDouble.of(spread.median()))
        .orElse(OptionalDouble.empty());
  }

  private static OptionalDouble ratio(
      Results results, String peer, String scenario, Metric metric) {
    Optional<SystemUnderTest> other =
        results.systems().stream().filter(c -> c.name().equals(peer)).findFirst();
    return results
        .scenario(scenario)
        .flatMap(found -> other.flatMap(named -> results.ratio(found, named, metric)))
        .map(spread -> OptionalDouble.of(spread.median()))
        .orElse(OptionalDouble.empty());
  }

  private static String title(String scenario) {
    return Scenario.all()
        .filter(known -> known.name().equals(scenario))
        .map(Scenario::title)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such scenario: " + scenario));
  }
}
