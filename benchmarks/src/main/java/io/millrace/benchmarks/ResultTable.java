package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The results as a table. A row has one metric: the median and range of each system, and the ratio
 * of the first system to each other system, computed within each round.
 */
final class ResultTable {

  private final Results results;

  ResultTable(Results results) {
    this.results = results;
  }

  TextTable table() {
    return new TextTable(rows());
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(head());
    for (Scenario scenario : results.scenarios()) {
      for (Metric metric : scenario.metrics()) {
        rows.add(row(scenario, metric));
      }
    }
    return rows;
  }

  private List<String> head() {
    List<String> head = new ArrayList<>(List.of("median (min-max)", ""));
    results.systems().forEach(system -> head.add(system.name()));
    for (SystemUnderTest other : others()) {
      head.add(results.systems().get(0).name() + " / " + other.name());
    }
    return head;
  }

  private List<String> row(Scenario scenario, Metric metric) {
    List<String> row = new ArrayList<>(List.of(scenario.title(), metric.label()));
    for (SystemUnderTest system : results.systems()) {
      row.add(text(results.spread(scenario, system, metric), metric.decimals()));
    }
    for (SystemUnderTest other : others()) {
      row.add(text(results.ratio(scenario, other, metric), 2));
    }
    return row;
  }

  private List<SystemUnderTest> others() {
    return results.systems().subList(1, results.systems().size());
  }

  private static String text(Optional<Spread> spread, int decimals) {
    return spread.map(found -> found.text(decimals)).orElse("-");
  }
}
