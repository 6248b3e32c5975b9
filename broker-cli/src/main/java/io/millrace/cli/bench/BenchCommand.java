package io.millrace.cli.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench}: load on a broker, and what it made of it. */
@Command(
    name = "bench",
    description = "Put load on a broker: measure it, or torture it.",
    subcommands = {
      BenchProduceCommand.class,
      BenchConsumeCommand.class,
      BenchLatencyCommand.class,
      TortureCommand.class
    })
public final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do: produce, consume, latency or torture");
  }
}
