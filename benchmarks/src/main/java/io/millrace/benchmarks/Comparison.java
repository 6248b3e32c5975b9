package io.millrace.benchmarks;

import io.millrace.benchmarks.Contestant.Memory;
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
 * A run of several systems side by side. Their brokers live through the whole run, and take turns:
 * in every round each is measured once, and the next round begins with the other end, so that a
 * machine that grows slower hurts all alike. Before each turn the disk has written what it was
 * given.
 */
final class Comparison {

  private final List<Contestant> contestants;
  private final Plan plan;
  private final Consumer<Sample> results;

  /**
   * Starts nothing yet.
   *
   * @param results is given each sample as soon as it is there
   */
  Comparison(List<Contestant> contestants, Plan plan, Consumer<Sample> results) {
    this.contestants = contestants;
    this.plan = plan;
    this.results = results;
  }

  /** Measures these scenarios, one after the other. */
  void run(List<Scenario> scenarios) throws IOException, InterruptedException {
    for (Scenario scenario : scenarios) {
      if (scenario.spec().kind() == Kind.FIRST_EVENT) {
        new StartComparison(contestants, plan, results).run(scenario);
      }
    }
    List<Scenario> loads =
        scenarios.stream().filter(s -> s.spec().kind() != Kind.FIRST_EVENT).toList();
    if (loads.isEmpty()) {
      return;
    }
    Map<Contestant, BrokerProcess> brokers = new LinkedHashMap<>();
    try {
      for (Contestant contestant : contestants) {
        BrokerProcess broker = contestant.start(directory(contestant), Memory.USUAL);
        brokers.put(contestant, broker);
        broker.awaitListening();
      }
      for (Scenario scenario : loads) {
        run(scenario, brokers);
      }
    } finally {
      brokers.values().forEach(BrokerProcess::close);
    }
  }

  private void run(Scenario scenario, Map<Contestant, BrokerProcess> brokers)
      throws IOException, InterruptedException {
    Map<Contestant, LoadProcess> loads = new LinkedHashMap<>();
    try {
      for (Contestant contestant : contestants) {
        Optional<WorkloadSpec> spec = contestant.load(scenario.spec());
        if (spec.isPresent()) {
          LoadProcess load = open(spec.get(), contestant, brokers.get(contestant));
          loads.put(contestant, load);
          load.warmUp(plan.warmUp());
        }
      }
      for (int round = 1; round <= plan.rounds(); round++) {
        for (Contestant contestant : turns(loads.keySet(), round)) {
          awaitDisk();
          Measurement measured = loads.get(contestant).round(plan.round());
          results.accept(Sample.of(scenario, contestant, round, measured));
        }
      }
    } finally {
      loads.values().forEach(LoadProcess::close);
    }
  }

  private static List<Contestant> turns(Collection<Contestant> taking, int round) {
    List<Contestant> turns = new ArrayList<>(taking);
    if (round % 2 == 0) {
      Collections.reverse(turns);
    }
    return turns;
  }

  private LoadProcess open(WorkloadSpec spec, Contestant contestant, BrokerProcess broker)
      throws IOException {
    Path log = directory(contestant).resolve("load.log");
    return LoadProcess.open(contestant, spec, broker.address(), broker.pid(), log);
  }

  private Path directory(Contestant contestant) throws IOException {
    return Files.createDirectories(plan.directory().resolve(contestant.name()));
  }

  private void awaitDisk() throws IOException, InterruptedException {
    Process sync = new ProcessBuilder("sync", "-f", plan.directory().toString()).start();
    if (sync.waitFor() != 0) {
      throw new IOException("sync -f " + plan.directory() + " ended with " + sync.exitValue());
    }
  }
}
