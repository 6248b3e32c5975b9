package io.millrace.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench}: the group of commands that put load on a broker. */
@Command(
    name = "bench",
    description = "Measure the speed of a broker, or test that it loses no events in crashes.",
    footer = {"", "'millrace bench COMMAND --help' describes a command."},
    subcommands = {
      BenchProduceCommand.class,
      BenchConsumeCommand.class,
      BenchLatencyCommand.class,
      TortureCommand.class,
      TortureGroupsCommand.class
    })
public final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: produce, consume, latency, torture or torture-groups");
  }
}
