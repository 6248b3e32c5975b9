package io.millrace.cli.bench;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.DurationConverter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Setting;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.protocol.FileReason;
import io.millrace.torture.BrokerStartException;
import io.millrace.torture.TorturePlan;
import io.millrace.torture.TortureReport;
import io.millrace.torture.TortureRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** {@code millrace bench torture}: kills its own broker under load, and checks every event. */
@Command(
    name = "torture",
    description = "Kill a broker under load at random moments, and check that no event is lost.",
    footer = {
      "",
      "Starts its own broker in a temporary directory, kills it again and again, and "
          + "then checks every event. Exits with 0 if no guarantee was broken. Otherwise it "
          + "exits with 1, prints what it found, and keeps the directory. docs/testing.md "
          + "describes the checks.",
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
      description =
          "How long the broker is killed and restarted, such as 3m; the checks follow. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the events and of the times of the kills, any whole number. Default: a random"
              + " seed, which is printed.")
  private Long seed;

  @Option(
      names = "--producers",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Number of producers, 1 to 1024. Of every four, two wait for synced, one for stored, and"
              + " one does not wait. Default: ${DEFAULT-VALUE}.")
  private int producers;

  @Option(
      names = "--readers",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Number of readers, 1 or more. Of every five, one reads the durable events, one all"
              + " stored events; the others start at random offsets, at the end, and at random times."
              + " Default: ${DEFAULT-VALUE}.")
  private int readers;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Number of partitions of the topic, 1 to 1024. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "Stop after this number of kills, 0 or more. Default: no limit.")
  private int kills = Integer.MAX_VALUE;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Events per second over all producers, 1 or more. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--power-loss",
      description =
          "Also simulate power failures, on an ext4 file system in an image file. Needs root;"
              + " without it, the run is skipped. Default: only kill the process.")
  private boolean powerLoss;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      converter = Setting.Converter.class,
      description =
          "A setting of the broker. Repeatable. Default: two settings for short runs,"
              + " storage.checkpointBytes=1MiB and, with --power-loss, storage.flushInterval=300ms.")
  private List<Setting> settings = List.of();

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
    notices().say("seed " + plan.seed() + ", directory " + directory);
    return run(plan, directory);
  }

  private int run(TorturePlan plan, Path directory)
      throws IOException, InterruptedException, ExecutionException {
    TortureReport report;
    String whereToLook;
    try (TortureRun run = TortureRun.open(directory, plan, powerLoss)) {
      StopSignal stop = StopSignal.install(signal -> abort(signal, run, directory));
      try {
        report = run.run(plan, this::tellProgress);
        whereToLook = run.whereToLook();
        if (stop.raised()) {
          return ExitCode.FAILED;
        }
      } finally {
        stop.close();
      }
    } catch (BrokerStartException e) {
      if (e.isSettingRefused()) {
        TortureRun.deleteDirectory(directory);
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      throw new CommandFailure(e.getMessage() + "\nkept: " + directory, e);
    }
    if (report.isClean()) {
      TortureRun.deleteDirectory(directory);
    }
    print(report, report.isClean() ? null : whereToLook);
    return report.isClean() ? ExitCode.OK : ExitCode.FAILED;
  }

  private Notices notices() {
    return Notices.of(streams, spec.commandLine());
  }

  private void tellProgress(String progress) {
    if (streams.progress() && !output.isJson()) {
      streams.err().println("torture: " + progress);
    }
  }

  /** Ends an interrupted run and deletes its directory. Nothing is checked. */
  private void abort(StopSignal signal, TortureRun run, Path directory) {
    run.close();
    try {
      TortureRun.deleteDirectory(directory);
    } catch (IOException e) {
      notices().say("cannot delete " + directory + ": " + FileReason.of(e));
    }
    notices().say("stopped by a signal; nothing was checked");
    signal.close();
  }

  private TorturePlan plan() {
    OptionRange.check(spec, "--producers", producers, 1, TorturePlan.MAX_PRODUCERS);
    OptionRange.check(spec, "--readers", readers, 1, Integer.MAX_VALUE);
    OptionRange.check(spec, "--partitions", partitions, 1, TorturePlan.MAX_PARTITIONS);
    OptionRange.check(spec, "--kills", kills, 0, Integer.MAX_VALUE);
    OptionRange.check(spec, "--rate", rate, 1, Integer.MAX_VALUE);
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
   * The settings of the broker. With frequent checkpoints, a short run tests as many checkpoints as
   * a long run. With power failures, a longer flush interval leaves more events that can be lost.
   */
  private Map<String, String> brokerSettings() {
    Map<String, String> all = Setting.toMap(settings);
    all.putIfAbsent("storage.checkpointBytes", "1MiB");
    if (powerLoss) {
      all.putIfAbsent("storage.flushInterval", "300ms");
    }
    return all;
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
      streams.print("torture skipped: --power-loss is not possible here: " + why + "\n");
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
