package io.millrace.cli.log;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace log}: the group of commands that work on files, without a broker. */
@Command(
    name = "log",
    description = "Inspect, verify and repair the files of a broker, without the broker.",
    footer = {"", "'millrace log COMMAND --help' describes a command."},
    subcommands = {LogInspectCommand.class, LogVerifyCommand.class, LogRepairCommand.class})
public final class LogCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: inspect, verify or repair");
  }
}
