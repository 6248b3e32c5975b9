package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Results as a table: a line for each number, with the median and the range of each system, and the
 * first system's number over that of each other, pair by pair.
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
    results.contestants().forEach(contestant -> head.add(contestant.name()));
    for (Contestant other : others()) {
      head.add(results.contestants().get(0).name() + " / " + other.name());
    }
    return head;
  }

  private List<String> row(Scenario scenario, Metric metric) {
    List<String> row = new ArrayList<>(List.of(scenario.title(), metric.label()));
    for (Contestant contestant : results.contestants()) {
      row.add(text(results.spread(scenario, contestant, metric), metric.decimals()));
    }
    for (Contestant other : others()) {
      row.add(text(results.ratio(scenario, other, metric), 2));
    }
    return row;
  }

  private List<Contestant> others() {
    return results.contestants().subList(1, results.contestants().size());
  }

  private static String text(Optional<Spread> spread, int decimals) {
    return spread.map(found -> found.text(decimals)).orElse("-");
  }
}
