package io.millrace.cli.access;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace admin}: the commands on a running broker itself. */
@Command(
    name = "admin",
    description = "Make a running broker load its certificates again.",
    footer = {"", "'millrace admin COMMAND --help' describes a command."},
    subcommands = AdminReloadCommand.class)
public final class AdminCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: reload");
  }
}
