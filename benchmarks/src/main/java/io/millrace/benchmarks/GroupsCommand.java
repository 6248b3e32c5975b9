package io.millrace.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code scripts/bench groups}: measures how fast the partitions of a group get their owners when
 * members start, join, leave and die.
 */
@Command(
    name = "bench groups",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measure groups of consumers: start, join, leave and death of members.",
    footer = {
      "",
      "docs/performance.md describes the method.",
      "",
      "Examples:",
      "  scripts/bench groups --vs kafka",
      "  scripts/bench groups --members 10 --rounds 5",
      "  scripts/bench groups --members 99 --rounds 5 --cold"
    })
public final class GroupsCommand implements Callable<Integer> {

  @Option(
      names = "--root",
      required = true,
      hidden = true,
      description = "The source tree, which is built.")
  private Path root;

  @Option(
      names = "--vs",
      paramLabel = "kafka",
      description = "Also measure Kafka with group.protocol=consumer. Default: only Millrace.")
  private Vs vs;

  @Option(
      names = "--members",
      paramLabel = "N",
      split = ",",
      defaultValue = "99,10",
      description =
          "Members at the start, separated by commas; another one joins. Default: ${DEFAULT-VALUE}.")
  private List<Integer> members;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "100",
      description = "Partitions of the topic. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--session",
      paramLabel = "MS",
      defaultValue = "6000",
      description = "Session timeout of both systems. Default: ${DEFAULT-VALUE}.")
  private long sessionMillis;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Rounds that count; one before them does not, unless --cold. The table has medians."
              + " Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--cold",
      description =
          "Start the broker and the load process again for each round, and count all rounds, so that"
              + " no class is loaded and no code is compiled before.")
  private boolean cold;

  /** The systems that can be compared. */
  enum Vs {
    KAFKA
  }

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new GroupsCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Map<String, Map<String, Double>> medians = new LinkedHashMap<>();
    try (RunDirectory work = RunDirectory.create(root.resolve("benchmarks").resolve("target"))) {
      MillraceSystem millrace =
          new MillraceSystem(List.of(root.resolve("scripts").resolve("millrace").toString()));
      medians.put(millrace.description(), medians(millrace, millrace.groupsCommand(), work.path()));
      if (vs == Vs.KAFKA) {
        KafkaSystem kafka =
            new KafkaSystem(new PeerModule(root.resolve("benchmarks").resolve("kafka")))
                .sessions(Duration.ofMillis(sessionMillis));
        medians.put(kafka.description(), medians(kafka, kafka.groupsCommand(), work.path()));
      }
    }
    System.out.print(table(medians).text());
    return 0;
  }

  private Map<String, Double> medians(SystemUnderTest system, List<String> load, Path work)
      throws IOException, InterruptedException {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    Path directory = work.resolve(system.name());
    if (cold) {
      for (int i = 0; i < rounds; i++) {
        measure(system, load, directory.resolve("round-" + i), 1, values);
      }
    } else {
      measure(system, load, directory, rounds + 1, values);
      // In the first round, the classes of all processes are loaded.
      values.values().forEach(all -> all.subList(0, Math.min(1, all.size() - 1)).clear());
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((key, all) -> medians.put(key, median(all)));
    return medians;
  }

  private void measure(
      SystemUnderTest system,
      List<String> load,
      Path directory,
      int times,
      Map<String, List<Double>> values)
      throws IOException, InterruptedException {
    try (BenchmarkBroker broker = system.start(directory, SystemUnderTest.Memory.USUAL)) {
      broker.awaitListening();
      List<String> command = new ArrayList<>(load);
      command.add(1, "-Dlogback.configurationFile=" + root.resolve("config/logback.xml"));
      command.addAll(
          List.of(
              broker.address(),
              String.valueOf(broker.pid()),
              members.stream().map(String::valueOf).collect(Collectors.joining(",")),
              String.valueOf(partitions),
              String.valueOf(sessionMillis),
              String.valueOf(times)));
      Path log = directory.resolve("load.log");
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          System.out.println(system.name() + " " + line);
          String[] words = line.split(" ");
          values.computeIfAbsent(words[0], key -> new ArrayList<>()).add(Double.valueOf(words[1]));
        }
      }
      ProcessEnd.await(process);
      if (process.exitValue() != 0) {
        throw new BenchFailure("the load process of the groups failed", log);
      }
    }
  }

  private static double median(List<Double> all) {
    double[] sorted = all.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static TextTable table(Map<String, Map<String, Double>> systems) {
    List<List<String>> rows = new ArrayList<>();
    List<String> heads = new ArrayList<>(List.of("members.step.value (ms, or a number)"));
    heads.addAll(systems.keySet());
    rows.add(heads);
    for (String key : systems.values().iterator().next().keySet()) {
      List<String> row = new ArrayList<>(List.of(key));
      for (Map<String, Double> values : systems.values()) {
        Double value = values.get(key);
        row.add(value == null ? "" : String.format(Locale.ROOT, "%,.0f", value));
      }
      rows.add(row);
    }
    return new TextTable(rows);
  }
}
