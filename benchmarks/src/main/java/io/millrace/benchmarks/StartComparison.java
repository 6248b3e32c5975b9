package io.millrace.benchmarks;

import io.millrace.benchmarks.Contestant.Memory;
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
 * How long a broker takes from its start to the first event that it has acknowledged, over a
 * directory that holds a topic, to a client that is warm and waits; and what it takes when nobody
 * wants anything.
 */
final class StartComparison {

  /** Of the client, which is to be awake and trying when the broker starts; some need 10 ms. */
  private static final long HEAD_START_MS = 50;

  private final List<Contestant> contestants;
  private final Plan plan;
  private final Consumer<Sample> results;

  StartComparison(List<Contestant> contestants, Plan plan, Consumer<Sample> results) {
    this.contestants = contestants;
    this.plan = plan;
    this.results = results;
  }

  void run(Scenario scenario) throws IOException, InterruptedException {
    Map<Contestant, LoadProcess> loads = new LinkedHashMap<>();
    try {
      for (Contestant contestant : contestants) {
        Optional<WorkloadSpec> spec = contestant.load(scenario.spec());
        if (spec.isEmpty()) {
          continue;
        }
        try (BrokerProcess broker = contestant.start(directory(contestant), Memory.LEAST)) {
          LoadProcess load =
              LoadProcess.open(
                  contestant,
                  spec.get(),
                  broker.address(),
                  broker.pid(),
                  directory(contestant).resolve("load.log"));
          loads.put(contestant, load);
          load.warmUp(plan.warmUp());
        }
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Map.Entry<Contestant, LoadProcess> taking : loads.entrySet()) {
          results.accept(start(scenario, taking.getKey(), taking.getValue(), round));
        }
      }
    } finally {
      loads.values().forEach(LoadProcess::close);
    }
  }

  private Sample start(Scenario scenario, Contestant contestant, LoadProcess load, int round)
      throws IOException, InterruptedException {
    load.beginRound(Duration.ZERO);
    Thread.sleep(HEAD_START_MS);
    long startNanos = System.nanoTime();
    try (BrokerProcess broker = contestant.start(directory(contestant), Memory.LEAST)) {
      load.endRound();
      double millis = (System.nanoTime() - startNanos) / 1e6;
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(Metric.FIRST_EVENT.key(), millis);
      if (round == plan.rounds()) {
        watchIdle(broker, values);
      }
      return new Sample(scenario.name(), contestant.name(), round, values, Map.of());
    }
  }

  private void watchIdle(BrokerProcess broker, Map<String, Double> values)
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

  private Path directory(Contestant contestant) {
    return plan.directory().resolve("start").resolve(contestant.name());
  }
}
