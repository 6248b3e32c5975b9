package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/** The samples of a run so far. Used by one thread. */
final class Results implements Consumer<Sample> {

  private final List<SystemUnderTest> systems;
  private final List<Scenario> scenarios;
  private final List<Sample> samples = new ArrayList<>();

  /**
   * Creates results without samples.
   *
   * @param systems the measured systems; the others are compared with the first
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

  /** The measured scenario of this name. */
  Optional<Scenario> scenario(String name) {
    return scenarios.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  /** The values of a metric, in the order of the rounds. Rounds without a value are left out. */
  double[] values(Scenario scenario, SystemUnderTest system, Metric metric) {
    return of(scenario, system).stream()
        .flatMapToDouble(sample -> sample.value(metric).stream())
        .toArray();
  }

  /** The spread of a metric; empty if no round has it. */
  Optional<Spread> spread(Scenario scenario, SystemUnderTest system, Metric metric) {
    double[] values = values(scenario, system, metric);
    return values.length == 0 ? Optional.empty() : Optional.of(Spread.of(values));
  }

  /**
   * The spread of the ratio of the first system to another one, over the rounds in which the other
   * value is not 0.
   */
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

  /**
   * The latencies of all rounds together; empty if there are none.
   *
   * @param what the name of the latency
   */
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
