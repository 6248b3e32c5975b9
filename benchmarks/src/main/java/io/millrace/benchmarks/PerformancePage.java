package io.millrace.benchmarks;

import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import io.millrace.benchmarks.plot.BarPlot;
import io.millrace.benchmarks.plot.BarPlot.Bar;
import io.millrace.benchmarks.plot.BarPlot.Group;
import io.millrace.benchmarks.plot.PercentilePlot;
import io.millrace.benchmarks.plot.PercentilePlot.Curve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * The results in {@code docs/performance.md}: the text between two markers, and the plots that this
 * text shows.
 */
final class PerformancePage {

  private static final String BEGIN = "<!-- written by scripts/bench --write-docs: begin -->";
  private static final String END = "<!-- written by scripts/bench --write-docs: end -->";

  private final Path docs;

  /** The page in the directory {@code docs}. */
  PerformancePage(Path docs) {
    this.docs = docs;
  }

  /**
   * Replaces the results in the page.
   *
   * @param machine a description of the machine and of the systems
   * @throws IllegalStateException if the page does not have the markers
   */
  void write(Results results, String machine) throws IOException {
    Path page = docs.resolve("performance.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(
          page + " does not have the markers of the results: " + BEGIN + " ... " + END);
    }
    StringBuilder part = new StringBuilder(BEGIN).append("\n\n");
    part.append(machine).append("; ").append(LocalDate.now(ZoneOffset.UTC)).append(".\n\n");
    for (String plot : drawPlots(results)) {
      part.append("![").append(plot).append("](performance/").append(plot).append(".svg)\n\n");
    }
    part.append(new ResultTable(results).table().markdown()).append("\n\n");
    part.append(new TextTable(Goals.rows(results)).markdown()).append("\n\n");
    Files.writeString(page, text.substring(0, begin) + part + text.substring(end));
  }

  private List<String> drawPlots(Results results) throws IOException {
    Path directory = Files.createDirectories(docs.resolve("performance"));
    List<String> names = new ArrayList<>();
    List<Scenario> loads =
        results.scenarios().stream()
            .filter(s -> s.spec().kind() == Kind.PRODUCE || s.spec().kind() == Kind.CONSUME)
            .toList();
    if (!loads.isEmpty()) {
      draw(directory, names, "throughput", bars("Throughput", results, loads, 0));
      draw(directory, names, "broker-cpu", bars("Processor time of the broker", results, loads, 1));
    }
    for (Scenario scenario : results.scenarios()) {
      if (scenario.spec().kind() == Kind.SCHEDULED) {
        draw(directory, names, scenario.name(), percentiles(results, scenario).svg());
      }
    }
    return names;
  }

  private static void draw(Path directory, List<String> names, String name, String svg)
      throws IOException {
    Files.writeString(directory.resolve(name + ".svg"), svg);
    names.add(name);
  }

  /**
   * A bar plot of one metric of each scenario.
   *
   * @param metric the index of the metric in {@link Scenario#metrics()}
   */
  private static String bars(String title, Results results, List<Scenario> scenarios, int metric) {
    List<Group> groups =
        scenarios.stream()
            .map(scenario -> group(results, scenario, scenario.metrics().get(metric)))
            .toList();
    return new BarPlot(title, names(results), groups).svg();
  }

  private static Group group(Results results, Scenario scenario, Metric metric) {
    List<SystemUnderTest> systems = results.systems();
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < systems.size(); i++) {
      Optional<Spread> spread = results.spread(scenario, systems.get(i), metric);
      if (spread.isPresent()) {
        bars.add(bar(i, spread.get(), metric));
      }
    }
    return new Group(scenario.title(), bars);
  }

  private static Bar bar(int series, Spread spread, Metric metric) {
    String label = metric.text(spread.median());
    return new Bar(series, spread.median(), spread.min(), spread.max(), label);
  }

  private static PercentilePlot percentiles(Results results, Scenario scenario) {
    List<SystemUnderTest> systems = results.systems();
    List<Curve> curves = new ArrayList<>();
    for (int i = 0; i < systems.size(); i++) {
      Optional<Histogram> latencies = results.latencies(scenario, systems.get(i), "receive");
      if (latencies.isPresent()) {
        curves.add(new Curve(i, systems.get(i).name(), latencies.get()));
      }
    }
    return new PercentilePlot("Latency: " + scenario.title(), curves);
  }

  private static List<String> names(Results results) {
    return results.systems().stream().map(SystemUnderTest::name).toList();
  }
}
