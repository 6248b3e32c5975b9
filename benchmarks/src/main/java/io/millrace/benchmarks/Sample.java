package io.millrace.benchmarks;

import io.millrace.benchmarks.load.CpuClock;
import io.millrace.benchmarks.load.Measurement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * The result of one round of one system.
 *
 * @param round the number of the round, from 1; ratios are computed between samples with the same
 *     number
 * @param values the values by {@link Metric#key()}, with some more
 * @param latencies the latencies in nanoseconds
 */
record Sample(
    String scenario,
    String system,
    int round,
    Map<String, Double> values,
    Map<String, Histogram> latencies) {

  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

  Sample {
    values = new LinkedHashMap<>(values);
    latencies = new LinkedHashMap<>(latencies);
  }

  static Sample of(Scenario scenario, SystemUnderTest system, int round, Measurement measured) {
    Map<String, Double> values = new LinkedHashMap<>();
    double gigabytes = measured.bytes() / 1e9;
    values.put("events", (double) measured.events());
    values.put("seconds", measured.seconds());
    values.put(Metric.KILO_EVENTS.key(), measured.events() / measured.seconds() / 1e3);
    values.put(Metric.MEGABYTES.key(), measured.bytes() / measured.seconds() / 1e6);
    values.put(Metric.BROKER_CPU.key(), measured.brokerCpuSeconds() / gigabytes);
    values.put(Metric.CLIENT_CPU.key(), measured.clientCpuSeconds() / gigabytes);
    values.put(
        Metric.EVENTS_PER_BROKER_CPU.key(),
        measured.events()
            / Math.max(measured.brokerCpuSeconds(), CpuClock.RESOLUTION_SECONDS)
            / 1e3);
    values.putAll(measured.more());
    measured
        .latencies()
        .forEach(
            (what, histogram) -> {
              for (double percentile : PERCENTILES) {
                values.put(
                    Metric.latency(what, percentile).key(),
                    histogram.getValueAtPercentile(percentile) / 1e3);
              }
            });
    return new Sample(scenario.name(), system.name(), round, values, measured.latencies());
  }

  /** The metrics of the scenario in this round, as one line for people. */
  String text(Scenario measured) {
    String numbers =
        measured.metrics().stream()
            .filter(metric -> value(metric).isPresent())
            .map(metric -> metric.text(value(metric).getAsDouble()))
            .collect(Collectors.joining(", "));
    return measured.title() + ", round " + round + ", " + system + ": " + numbers;
  }

  OptionalDouble value(Metric metric) {
    Double value = values.get(metric.key());
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
