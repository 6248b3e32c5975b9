package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** What a run has found so far. For one thread. */
final class Results implements Consumer<Sample> {

  private final List<SystemUnderTest> systems;
  private final List<Scenario> scenarios;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param systems those that are measured; the first is the one that others are compared with
   */
  Results(List<SystemUnderTest> systems, List<Scenario> scenarios) {
    this.systems = List.copyOf(systems);
    this.scenarios = List.copyOf(scenarios);
  }

  @Override
  public void accept(Sample sample) {
    samples.add(sample);
  }

  List<SystemUnderTest> systems() {
    return systems;
  }

  List<Scenario> scenarios() {
    return scenarios;
  }

  /** One of those that are measured, by its name. */
  Optional<Scenario> scenario(String name) {
    return scenarios.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  /** A number in the order of the rounds that have it. */
  double[] values(Scenario scenario, SystemUnderTest system, Metric metric) {
    return of(scenario, system).stream()
        .flatMapToDouble(sample -> sample.value(metric).stream())
        .toArray();
  }

  /** The median of a number, and its range; nothing if no round has it. */
  Optional<Spread> spread(Scenario scenario, SystemUnderTest system, Metric metric) {
    double[] values = values(scenario, system, metric);
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /** The number of the first system over that of another, in each round where that is not 0. */
  Optional<Spread> ratio(Scenario scenario, SystemUnderTest other, Metric metric) {
    double[] first = values(scenario, systems.get(0), metric);
    double[] second = values(scenario, other, metric);
    DoubleStream.Builder ratios = DoubleStream.builder();
    for (int i = 0; i < Math.min(first.length, second.length); i++) {
      if (second[i] != 0) {
        ratios.add(first[i] / second[i]);
      }
    }
    double[] found = ratios.build().toArray();
    return found.length == 0 ? Optional.empty() : Optional.of(Spread.of(found));
  }

  /** The latencies of all rounds together; nothing if none were taken. */
  Optional<Histogram> latencies(Scenario scenario, SystemUnderTest system, String what) {
    Histogram all = null;
    for (Sample sample : of(scenario, system)) {
      Histogram latencies = sample.latencies().get(what);
      if (latencies != null) {
        if (all == null) {
          all = latencies.copy();
        } else {
          all.add(latencies);
        }
      }
    }
    return Optional.ofNullable(all);
  }

  private List<Sample> of(Scenario scenario, SystemUnderTest system) {
    return samples.stream()
        .filter(sample -> sample.scenario().equals(scenario.name()))
        .filter(sample -> sample.system().equals(system.name()))
        .toList();
  }
}
