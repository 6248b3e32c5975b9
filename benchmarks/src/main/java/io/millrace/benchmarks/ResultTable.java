package io.millrace.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a run has found: a line for each number, with the median and the range of each system, and
 * the first system's number over that of each other, pair by pair.
 */
final class ResultTable {

  private final List<Contestant> contestants;
  private final List<Scenario> scenarios;
  private final List<Sample> samples;

  ResultTable(List<Contestant> contestants, List<Scenario> scenarios, List<Sample> samples) {
    this.contestants = contestants;
    this.scenarios = scenarios;
    this.samples = samples;
  }

  /** As text, in columns. */
  String text() {
    List<List<String>> rows = rows();
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        text.append(i == 0 ? "" : "  ").append(row.get(i));
        text.append(" ".repeat(i == columns - 1 ? 0 : widths[i] - row.get(i).length()));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** As a table of Markdown. */
  String markdown() {
    List<List<String>> rows = rows();
    String rule = "|" + "---|".repeat(rows.get(0).size());
    return rows.stream()
        .map(row -> "| " + String.join(" | ", row) + " |")
        .collect(Collectors.joining("\n"))
        .replaceFirst("\n", "\n" + rule + "\n");
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(head());
    for (Scenario scenario : scenarios) {
      for (Metric metric : scenario.metrics()) {
        rows.add(row(scenario, metric));
      }
    }
    return rows;
  }

  private List<String> head() {
    List<String> head = new ArrayList<>(List.of("median (min-max)", ""));
    contestants.forEach(contestant -> head.add(contestant.name()));
    for (Contestant other : contestants.subList(1, contestants.size())) {
      head.add(contestants.get(0).name() + " / " + other.name());
    }
    return head;
  }

  private List<String> row(Scenario scenario, Metric metric) {
    List<String> row = new ArrayList<>(List.of(scenario.title(), metric.label()));
    for (Contestant contestant : contestants) {
      row.add(text(values(scenario, contestant, metric), metric.decimals()));
    }
    double[] first = values(scenario, contestants.get(0), metric);
    for (Contestant other : contestants.subList(1, contestants.size())) {
      row.add(text(ratios(first, values(scenario, other, metric)), 2));
    }
    return row;
  }

  private double[] values(Scenario scenario, Contestant contestant, Metric metric) {
    return samples.stream()
        .filter(sample -> sample.scenario().equals(scenario.name()))
        .filter(sample -> sample.contestant().equals(contestant.name()))
        .flatMapToDouble(sample -> sample.value(metric).stream())
        .toArray();
  }

  private static double[] ratios(double[] first, double[] other) {
    double[] ratios = new double[Math.min(first.length, other.length)];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = first[i] / other[i];
    }
    return ratios;
  }

  private static String text(double[] values, int decimals) {
    return values.length == 0 ? "-" : Spread.of(values).text(decimals);
  }
}
