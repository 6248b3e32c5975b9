package io.millrace.benchmarks;

import io.millrace.benchmarks.SystemUnderTest.Memory;
import io.millrace.benchmarks.load.CpuClock;
import io.millrace.benchmarks.load.WorkloadSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures how long a broker takes from the start of its process to the first event that it
 * acknowledges. Its directory has a topic, and the client is warmed up and tries to connect. It
 * also measures the memory and the CPU time of an idle broker.
 */
final class StartComparison {

  /**
   * The client starts this much earlier, so that it already tries to connect when the broker
   * starts. Some clients need 10 ms for that.
   */
  private static final long HEAD_START_MS = 50;

  private final List<SystemUnderTest> systems;
  private final RunPlan plan;
  private final Consumer<Sample> results;

  StartComparison(List<SystemUnderTest> systems, RunPlan plan, Consumer<Sample> results) {
    this.systems = systems;
    this.plan = plan;
    this.results = results;
  }

  void run(Scenario scenario) throws IOException, InterruptedException {
    Map<SystemUnderTest, LoadProcess> loads = new LinkedHashMap<>();
    try {
      for (SystemUnderTest system : systems) {
        Optional<WorkloadSpec> spec = system.load(scenario.spec());
        if (spec.isEmpty()) {
          continue;
        }
        try (BenchmarkBroker broker = system.start(directory(system), Memory.LEAST)) {
          LoadProcess load =
              LoadProcess.open(
                  system,
                  spec.get(),
                  broker.address(),
                  broker.pid(),
                  directory(system).resolve("load.log"));
          loads.put(system, load);
          load.warmUp(plan.warmUp());
        }
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Map.Entry<SystemUnderTest, LoadProcess> entry : loads.entrySet()) {
          results.accept(start(scenario, entry.getKey(), entry.getValue(), round));
        }
      }
    } finally {
      loads.values().forEach(LoadProcess::close);
    }
  }

  private Sample start(Scenario scenario, SystemUnderTest system, LoadProcess load, int round)
      throws IOException, InterruptedException {
    load.beginRound(Duration.ZERO);
    Thread.sleep(HEAD_START_MS);
    long startNanos = System.nanoTime();
    try (BenchmarkBroker broker = system.start(directory(system), Memory.LEAST)) {
      load.endRound();
      double millis = (System.nanoTime() - startNanos) / 1e6;
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(Metric.FIRST_EVENT.key(), millis);
      if (round == plan.rounds()) {
        measureIdle(broker, values);
      }
      return new Sample(scenario.name(), system.name(), round, values, Map.of());
    }
  }

  private void measureIdle(BenchmarkBroker broker, Map<String, Double> values)
      throws InterruptedException {
    Thread.sleep(plan.idle().toMillis());
    CpuClock cpu = broker.cpu();
    double before = cpu.seconds();
    long start = System.nanoTime();
    Thread.sleep(plan.idle().toMillis());
    double seconds = (System.nanoTime() - start) / 1e9;
    values.put(Metric.IDLE_CPU.key(), (cpu.seconds() - before) / seconds * 100);
    values.put(Metric.IDLE_MEMORY.key(), broker.residentBytes() / 1e6);
  }

  private Path directory(SystemUnderTest system) {
    return plan.directory().resolve("start").resolve(system.name());
  }
}
