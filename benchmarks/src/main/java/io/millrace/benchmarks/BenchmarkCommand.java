package io.millrace.benchmarks;

import io.millrace.benchmarks.load.PageCache;
import io.millrace.benchmarks.load.WorkloadSpec.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code scripts/bench}: measures Millrace, and compares it with other systems (peers). */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measure Millrace end to end, compared with other systems in the same run.",
    footer = {
      "",
      "Run nothing else on the machine. docs/performance.md describes the scenarios and the "
          + "method. 'scripts/bench jmh' runs the microbenchmarks.",
      "",
      "Examples:",
      "  scripts/bench --vs kafka",
      "  scripts/bench --only produce-100,latency --rounds 9",
      "  scripts/bench --tls --vs kafka --only produce,consume"
    })
public final class BenchmarkCommand implements Callable<Integer> {

  private static final Duration IDLE = Duration.ofSeconds(4);

  /** How long the processes of a stopped run may take to end, before they are killed. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final String searchPath;

  @Spec private CommandSpec spec;

  @Option(
      names = "--root",
      required = true,
      hidden = true,
      description = "The source tree, which is built.")
  private Path root;

  @Option(
      names = "--vs",
      paramLabel = "PEER",
      split = ",",
      defaultValue = "NONE",
      description =
          "Systems to compare with Millrace, separated by commas: kafka, redis, rabbitmq, nats; or"
              + " none. All except kafka must be installed. Default: none.")
  private Set<Peer> peers;

  @Option(
      names = "--tls",
      description =
          "Measure Millrace over TLS, compared with Millrace without TLS and with the peers over TLS"
              + " (kafka only). Default: without TLS.")
  private boolean tls;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only the scenarios whose names begin with one of these names, separated by commas, such as"
              + " consume-100; a wrong name lists all names. Default: all short scenarios.")
  private List<String> only = List.of();

  @Option(
      names = "--long",
      description =
          "Also measure 1,000 partitions, 200 connections, filters and, as root, a cold page cache."
              + " Default: only the short scenarios.")
  private boolean longToo;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Number of rounds of each scenario and system, 1 or more. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "1.25",
      description = "Seconds of each round, above 0. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "2.5",
      description = "Seconds of load before the first round, 0 or more. Default: ${DEFAULT-VALUE}.")
  private double warmUpSeconds;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Directory on the disk to measure. The run creates a directory in it, and deletes it at the"
              + " end. Default: benchmarks/target.")
  private Path directory;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File for the samples, a JSON object on each line; it is overwritten. Default:"
              + " benchmarks/target/bench.jsonl.")
  private Path out;

  @Option(
      names = "--write-docs",
      description =
          "Write the tables and the plots into docs/performance.md. Default: only print the tables.")
  private boolean writeDocs;

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv("PATH")).execute(arguments));
  }

  /**
   * Creates the command without running it.
   *
   * @param searchPath the directories of the programs of peers, in the form of {@code PATH}
   */
  static CommandLine commandLine(String searchPath) {
    return new CommandLine(new BenchmarkCommand(searchPath))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  private BenchmarkCommand(String searchPath) {
    this.searchPath = searchPath;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (tls && writeDocs) {
      throw new ParameterException(
          spec.commandLine(), "--write-docs does not work with --tls; copy the tables by hand");
    }
    List<SystemUnderTest> systems = systems();
    Path parent = directory == null ? target() : directory;
    Path samples = out == null ? target().resolve("bench.jsonl") : out;
    Results results;
    String machine;
    try (RunDirectory work = RunDirectory.create(parent);
        ResultFile file = ResultFile.create(samples)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(work)));
      results = new Results(tls ? overTls(systems, work.path()) : systems, scenarios());
      machine = machine(results.systems());
      System.out.println(machine);
      new Comparison(
              results.systems(), plan(work.path()), results.andThen(file).andThen(this::print))
          .run(results.scenarios());
    }
    System.out.println();
    System.out.print(new ResultTable(results).table().text());
    System.out.println();
    if (!tls) {
      System.out.print(new TextTable(Goals.rows(results)).text());
    }
    System.out.println("All samples: " + samples);
    if (writeDocs) {
      new PerformancePage(root.resolve("docs")).write(results, machine);
    }
    return 0;
  }

  private List<Scenario> scenarios() {
    List<Scenario> all =
        Scenario.all()
            .filter(scenario -> scenario.spec().kind() != Kind.COLD_READ || PageCache.canDrop())
            .toList();
    if (only.isEmpty()) {
      return longToo ? all : Scenario.SHORT;
    }
    List<Scenario> chosen =
        all.stream().filter(s -> only.stream().anyMatch(s.name()::startsWith)).toList();
    if (chosen.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--only: no scenario begins with "
              + String.join(" or ", only)
              + "; the scenarios are "
              + all.stream().map(Scenario::name).collect(Collectors.joining(", "))
              + (PageCache.canDrop() ? "" : ", and as root also cold"));
    }
    return chosen;
  }

  /** Millrace, then the peers. */
  private List<SystemUnderTest> systems() throws IOException {
    List<SystemUnderTest> systems = new ArrayList<>();
    systems.add(new MillraceSystem(launcher()));
    try {
      for (Peer peer : peers) {
        peer.system(root.resolve("benchmarks"), searchPath).ifPresent(systems::add);
      }
    } catch (MissingProgramException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    if (tls && systems.stream().anyMatch(system -> system.overTls().isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "--tls: the only peer that is measured over TLS is kafka; remove the others from --vs");
    }
    return systems;
  }

  /**
   * Millrace over TLS, with which all others are compared; Millrace without; the peers over TLS.
   */
  private List<SystemUnderTest> overTls(List<SystemUnderTest> systems, Path work)
      throws IOException, InterruptedException {
    TlsFiles files = TlsFiles.make(launcher(), work.resolve("tls"));
    List<SystemUnderTest> all = new ArrayList<>();
    for (SystemUnderTest system : systems) {
      all.add(system.overTls().orElseThrow().with(files));
    }
    all.add(1, systems.get(0));
    return all;
  }

  private List<String> launcher() {
    return List.of(root.resolve("scripts").resolve("millrace").toString());
  }

  private RunPlan plan(Path work) {
    return new RunPlan(rounds, duration(warmUpSeconds), duration(seconds), IDLE, work);
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis((long) (seconds * 1000));
  }

  private Path target() {
    return root.resolve("benchmarks").resolve("target");
  }

  private static String machine(List<SystemUnderTest> systems) {
    return systems.stream().map(SystemUnderTest::description).collect(Collectors.joining(", "))
        + "; "
        + Runtime.getRuntime().availableProcessors()
        + " cores, "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version");
  }

  private void print(Sample sample) {
    scenarios().stream()
        .filter(scenario -> scenario.name().equals(sample.scenario()))
        .forEach(scenario -> System.out.println(sample.text(scenario)));
  }

  /** Ends the brokers and load processes of a stopped run, and deletes their data. */
  private static void stop(RunDirectory work) {
    ProcessEnd.terminate(ProcessHandle.current().descendants().toList(), STOP_TIMEOUT);
    try {
      work.close();
    } catch (IOException e) {
      System.err.println("bench: cannot delete " + work.path() + ": " + e + "; delete it yourself");
    }
  }
}
