package io.millrace.benchmarks;

import io.millrace.benchmarks.SystemUnderTest.Memory;
import io.millrace.benchmarks.load.DiskSync;
import io.millrace.benchmarks.load.Measurement;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A run of several systems side by side. Their brokers run during the whole run, except in the
 * start scenario. The systems take turns: each is measured once in every round. Every second round
 * has the reverse order, so that a slowdown of the machine affects all systems equally. Before each
 * turn, the disk has written all dirty data.
 */
final class Comparison {

  private final List<SystemUnderTest> systems;
  private final RunPlan plan;
  private final Consumer<Sample> results;

  /**
   * Creates a comparison, without starting processes.
   *
   * @param results gets each sample as soon as it exists
   */
  Comparison(List<SystemUnderTest> systems, RunPlan plan, Consumer<Sample> results) {
    this.systems = systems;
    this.plan = plan;
    this.results = results;
  }

  /** Measures the scenarios, one after another. */
  void run(List<Scenario> scenarios) throws IOException, InterruptedException {
    for (Scenario scenario : scenarios) {
      if (scenario.spec().kind() == Kind.FIRST_EVENT) {
        new StartComparison(systems, plan, results).run(scenario);
      }
    }
    List<Scenario> loads =
        scenarios.stream().filter(s -> s.spec().kind() != Kind.FIRST_EVENT).toList();
    if (loads.isEmpty()) {
      return;
    }
    Map<SystemUnderTest, BenchmarkBroker> brokers = new LinkedHashMap<>();
    try {
      for (SystemUnderTest system : systems) {
        BenchmarkBroker broker = system.start(directory(system), Memory.USUAL);
        brokers.put(system, broker);
        broker.awaitListening();
      }
      for (Scenario scenario : loads) {
        run(scenario, brokers);
      }
    } finally {
      brokers.values().forEach(BenchmarkBroker::close);
    }
  }

  private void run(Scenario scenario, Map<SystemUnderTest, BenchmarkBroker> brokers)
      throws IOException, InterruptedException {
    Map<SystemUnderTest, LoadProcess> loads = new LinkedHashMap<>();
    try {
      for (SystemUnderTest system : systems) {
        Optional<WorkloadSpec> spec = system.load(scenario.spec());
        if (spec.isPresent()) {
          LoadProcess load = open(spec.get(), system, brokers.get(system));
          loads.put(system, load);
          load.warmUp(plan.warmUp());
        }
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (SystemUnderTest system : order(loads.keySet(), round)) {
          DiskSync.fileSystemOf(plan.directory());
          Measurement measured = loads.get(system).round(plan.round());
          results.accept(Sample.of(scenario, system, round, measured));
        }
      }
    } finally {
      loads.values().forEach(LoadProcess::close);
    }
  }

  private static List<SystemUnderTest> order(Collection<SystemUnderTest> systems, int round) {
    List<SystemUnderTest> order = new ArrayList<>(systems);
    if (round % 2 == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  private LoadProcess open(WorkloadSpec spec, SystemUnderTest system, BenchmarkBroker broker)
      throws IOException {
    Path log = directory(system).resolve("load.log");
    return LoadProcess.open(system, spec, broker.address(), broker.pid(), log);
  }

  private Path directory(SystemUnderTest system) throws IOException {
    return Files.createDirectories(plan.directory().resolve(system.name()));
  }
}
