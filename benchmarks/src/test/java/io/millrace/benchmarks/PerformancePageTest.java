package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.load.LoadClient.Durability;
import io.millrace.benchmarks.load.WorkloadSpec;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PerformancePageTest {

  private static final Scenario PRODUCE =
      new Scenario(
          "produce", "produce <100 B>", WorkloadSpec.of(Kind.PRODUCE, 100, Durability.STORED));
  private static final Scenario LATENCY =
      new Scenario(
          "latency", "send & receive", WorkloadSpec.of(Kind.SCHEDULED, 100, Durability.STORED));

  @TempDir Path docs;

  @Test
  void replacesOnlyTheResultsOfTheLastRun() throws Exception {
    Path page = docs.resolve("performance.md");
    String begin = "<!-- written by scripts/bench --write-docs: begin -->";
    String end = "<!-- written by scripts/bench --write-docs: end -->";
    Files.writeString(page, "before\n" + begin + "\nold\n" + end + "\nafter\n");

    new PerformancePage(docs).write(results(), "a machine");

    assertThat(Files.readString(page))
        .startsWith("before\n" + begin)
        .endsWith(end + "\nafter\n")
        .contains("a machine; 20", "(performance/throughput.svg)", "| 300 (300-300) |")
        .doesNotContain("old");
  }

  @Test
  void aPageWithoutMarkersIsNotChanged() throws Exception {
    Path page = docs.resolve("performance.md");
    Files.writeString(page, "nothing to replace");

    assertThatThrownBy(() -> new PerformancePage(docs).write(results(), "a machine"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("performance.md");
    assertThat(page).hasContent("nothing to replace");
  }

  @Test
  void plotsAreWellFormedAndHaveTitles() throws Exception {
    write(results());

    assertThat(texts("throughput")).contains("Throughput", "produce <100 B>", "300 k events/s");
    assertThat(texts("broker-cpu")).contains("produce <100 B>", "1.50 broker CPU s/GB");
    assertThat(texts("latency")).contains("Latency: send & receive", "99.9 %", "10 us", "a");
  }

  @Test
  void aSystemThatWasNotMeasuredHasNoBarAndTheOthersKeepTheirColours() throws Exception {
    List<SystemUnderTest> five =
        Stream.of("a", "b", "c", "d", "e").<SystemUnderTest>map(NamedSystem::new).toList();
    Results results = new Results(five, List.of(PRODUCE));
    results.accept(produced("a"));
    results.accept(produced("c"));

    write(results);

    List<String> fills =
        elements("throughput", "rect").map(rectangle -> rectangle.getAttribute("fill")).toList();
    List<String> legend = fills.subList(1, 6); // After the background.
    List<String> bars = fills.subList(6, fills.size());
    assertThat(legend).doesNotHaveDuplicates();
    assertThat(bars).containsExactly(legend.get(0), legend.get(2));
  }

  private void write(Results results) throws Exception {
    Files.writeString(
        docs.resolve("performance.md"),
        "<!-- written by scripts/bench --write-docs: begin -->"
            + "<!-- written by scripts/bench --write-docs: end -->");
    new PerformancePage(docs).write(results, "a machine");
  }

  private List<String> texts(String plot) throws Exception {
    return elements(plot, "text").map(Element::getTextContent).toList();
  }

  private Stream<Element> elements(String plot, String name) throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(docs.resolve("performance").resolve(plot + ".svg").toFile());
    NodeList nodes = svg.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i));
  }

  private static Sample produced(String system) {
    Map<String, Double> values =
        Map.of(Metric.KILO_EVENTS.key(), 300.0, Metric.BROKER_CPU.key(), 1.5);
    return new Sample("produce", system, 1, values, Map.of());
  }

  private static Results results() {
    Results results = new Results(List.of(new NamedSystem("a")), List.of(PRODUCE, LATENCY));
    results.accept(produced("a"));
    Histogram latencies = new Histogram(3);
    for (int i = 1; i <= 10_000; i++) {
      latencies.recordValue(i * 10_000L);
    }
    results.accept(new Sample("latency", "a", 1, Map.of(), Map.of("receive", latencies)));
    return results;
  }
}
