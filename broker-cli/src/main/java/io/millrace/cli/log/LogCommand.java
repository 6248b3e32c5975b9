package io.millrace.cli.log;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace log}: the files of logs, offline. */
@Command(
    name = "log",
    description = "Look at the files of logs, without a broker.",
    subcommands = {LogInspectCommand.class, LogVerifyCommand.class, LogRepairCommand.class})
public final class LogCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: inspect, verify or repair");
  }
}
