package io.millrace.cli.bench;

import io.millrace.cli.command.DurationConverter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.torture.TorturePlan;
import io.millrace.torture.TortureReport;
import io.millrace.torture.TortureRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench torture}: kills a broker of its own under load and checks everything. */
@Command(
    name = "torture",
    description = "Kill a broker under load, again and again, and check every event.",
    footer = {
      "",
      "Starts a broker of its own in a temporary directory and ends with 1 if a promise",
      "was broken; then the directory is kept. docs/testing.md says what is checked.",
      "",
      "Examples:",
      "  millrace bench torture --duration 3m",
      "  millrace bench torture --duration 2m --power-loss --seed 42"
    })
public final class TortureCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private OutputOption output;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long to go on killing. Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the events and of the kills. Default: a random one.")
  private Long seed;

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Of acks synced, stored, synced, none, in turn. Default: ${DEFAULT-VALUE}.")
  private int producers;

  @Option(
      names = "--readers",
      paramLabel = "N",
      defaultValue = "5",
      description = "Durable, latest, at offsets, the end, times. Default: ${DEFAULT-VALUE}.")
  private int readers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Of the topic. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "How many at most. Default: as many as there is time for.")
  private int kills = Integer.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Events a second, over all producers. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--power-loss",
      description = "Also cut the power: on an ext4 loop mount; needs root.")
  private boolean powerLoss;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the broker.")
  private Map<String, String> settings = Map.of();

  TortureCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    TorturePlan plan = plan();
    if (powerLoss) {
      Optional<String> unavailable = TortureRun.powerLossUnavailable();
      if (unavailable.isPresent()) {
        printSkipped(unavailable.get());
        return ExitCode.OK;
      }
    }
    Path directory = Files.createTempDirectory("millrace-torture-");
    streams.err().println("torture: seed " + plan.seed() + ", directory " + directory);
    return run(plan, directory);
  }

  private int run(TorturePlan plan, Path directory)
      throws IOException, InterruptedException, ExecutionException {
    TortureReport report;
    String whereToLook;
    try (TortureRun run = TortureRun.open(directory, plan, powerLoss)) {
      StopSignal stop = StopSignal.install(signal -> leave(signal, run, directory));
      try {
        report = run.run(plan, this::tellProgress);
        whereToLook = run.whereToLook();
        if (stop.raised()) {
          return ExitCode.FAILED;
        }
      } finally {
        stop.close();
      }
    }
    if (report.isClean()) {
      TortureRun.deleteDirectory(directory);
    }
    print(report, report.isClean() ? null : whereToLook);
    return report.isClean() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void tellProgress(String progress) {
    if (streams.progress()) {
      streams.err().println("torture: " + progress);
    }
  }

  /** A torture that is interrupted proves nothing: nothing is checked, nothing is left. */
  private void leave(StopSignal signal, TortureRun run, Path directory) {
    run.close();
    try {
      TortureRun.deleteDirectory(directory);
    } catch (IOException e) {
      streams.err().println("torture: cannot remove " + directory + ": " + e);
    }
    streams.err().println("torture: stopped before its end; nothing was checked");
    signal.close();
  }

  private TorturePlan plan() {
    requireWithin("--producers", producers, 1, TorturePlan.MAX_PRODUCERS);
    requireWithin("--readers", readers, 1, Integer.MAX_VALUE);
    requireWithin("--partitions", partitions, 1, TorturePlan.MAX_PARTITIONS);
    requireWithin("--kills", kills, 0, Integer.MAX_VALUE);
    requireWithin("--rate", rate, 1, Integer.MAX_VALUE);
    return new TorturePlan(
        duration,
        seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
        producers,
        readers,
        partitions,
        kills,
        rate,
        brokerSettings());
  }

  /**
   * What makes a short run see what else only a long one would: checkpoints often, and, where power
   * is cut, more time between the forces that nobody waits for, so that there is more to lose.
   */
  private Map<String, String> brokerSettings() {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("storage.checkpointBytes", "1MiB");
    if (powerLoss) {
      all.putIfAbsent("storage.flushInterval", "300ms");
    }
    return all;
  }

  private void requireWithin(String option, int value, int least, int most) {
    if (value < least || value > most) {
      String range = most == Integer.MAX_VALUE ? " or more" : " to " + most;
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; expected " + least + range);
    }
  }

  private void printSkipped(String why) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(
          streams,
          json -> {
            json.writeStartObject();
            json.writeStringField("skipped", why);
            json.writeEndObject();
          });
    } else {
      streams.print("torture skipped: --power-loss cannot be done here: " + why + "\n");
    }
  }

  private void print(TortureReport report, String kept) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> report.write(json, kept));
    } else {
      streams.print(report.text());
      streams.print(kept == null ? "" : "kept: " + kept + "\n");
    }
  }
}
