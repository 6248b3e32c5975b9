package io.millrace.cli.bench;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.DurationConverter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.StopSignal;
import io.millrace.cli.command.Streams;
import io.millrace.torture.BrokerStartException;
import io.millrace.torture.GroupTorturePlan;
import io.millrace.torture.GroupTortureReport;
import io.millrace.torture.GroupTortureRun;
import io.millrace.torture.TortureRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code millrace bench torture-groups}: kills, suspends, closes and starts the members of a group
 * and its broker, and checks what they processed and committed.
 */
@Command(
    name = "torture-groups",
    description =
        "Kill and suspend members of a group and its broker, and check that no event is skipped.",
    footer = {
      "",
      "Starts its own broker in a temporary directory, and members as processes. Exits with 0 if "
          + "no guarantee was broken. Otherwise it exits with 1, prints what it found, and keeps "
          + "the directory. docs/testing.md describes the checks.",
      "",
      "Examples:",
      "  millrace bench torture-groups --duration 2m",
      "  millrace bench torture-groups --duration 1m --members 8 --seed 42"
    })
public final class TortureGroupsCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private OutputOption output;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description =
          "How long members and broker are killed and suspended, such as 2m; the checks follow."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Seed of the events and of the actions, any whole number. Default: a random seed, which"
              + " is printed.")
  private Long seed;

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "5",
      description = "Largest number of members at a time, 2 to 64. Default: ${DEFAULT-VALUE}.")
  private int members;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "8",
      description = "Number of partitions of the topic, 1 to 1024. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Events per second, 1 or more. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--session",
      paramLabel = "TIME",
      defaultValue = "1s",
      converter = DurationConverter.class,
      description =
          "Session timeout of the members; they are suspended for up to three times as long."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration session;

  TortureGroupsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    OptionRange.check(spec, "--members", members, 2, GroupTorturePlan.MAX_MEMBERS);
    OptionRange.check(spec, "--partitions", partitions, 1, GroupTorturePlan.MAX_PARTITIONS);
    OptionRange.check(spec, "--rate", rate, 1, Integer.MAX_VALUE);
    GroupTorturePlan plan =
        new GroupTorturePlan(
            duration,
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
            members,
            partitions,
            rate,
            session);
    Path directory = Files.createTempDirectory("millrace-torture-groups-");
    notices().say("seed " + plan.seed() + ", directory " + directory);
    return run(plan, directory);
  }

  private int run(GroupTorturePlan plan, Path directory)
      throws IOException, InterruptedException, ExecutionException {
    GroupTortureReport report;
    try (GroupTortureRun run = GroupTortureRun.open(directory, plan)) {
      StopSignal stop = StopSignal.install(signal -> abort(signal, run, directory));
      try {
        report = run.run(this::tellProgress);
        if (stop.raised()) {
          return ExitCode.FAILED;
        }
      } finally {
        stop.close();
      }
    } catch (BrokerStartException e) {
      throw new CommandFailure(e.getMessage() + "\nkept: " + directory, e);
    }
    if (report.isClean()) {
      TortureRun.deleteDirectory(directory);
    }
    print(report, report.isClean() ? null : directory.toString());
    return report.isClean() ? ExitCode.OK : ExitCode.FAILED;
  }

  private Notices notices() {
    return Notices.of(streams, spec.commandLine());
  }

  private void tellProgress(String progress) {
    if (streams.progress() && !output.isJson()) {
      streams.err().println("torture-groups: " + progress);
    }
  }

  /** Ends an interrupted run. Nothing is checked. */
  private void abort(StopSignal signal, GroupTortureRun run, Path directory) {
    run.close();
    notices().say("stopped by a signal; nothing was checked; kept: " + directory);
    signal.close();
  }

  private void print(GroupTortureReport report, String kept) throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> report.write(json, kept));
    } else {
      streams.print(report.text());
      streams.print(kept == null ? "" : "kept: " + kept + "\n");
    }
  }
}
