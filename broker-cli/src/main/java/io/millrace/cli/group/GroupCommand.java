package io.millrace.cli.group;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace group}: the commands on groups and queues. */
@Command(
    name = "group",
    description = "List, describe, reset, configure, redrive and delete groups of consumers.",
    footer = {"", "'millrace group COMMAND --help' describes a command."},
    subcommands = {
      GroupListCommand.class,
      GroupDescribeCommand.class,
      GroupResetCommand.class,
      GroupConfigureCommand.class,
      GroupRedriveCommand.class,
      GroupDeleteCommand.class
    })
public final class GroupCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: list, describe, reset, configure, redrive or delete");
  }
}
