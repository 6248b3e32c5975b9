package io.millrace.cli.acl;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace acl}: the commands on rules. */
@Command(
    name = "acl",
    description = "Add, list, remove and test the rules that say who may do what.",
    footer = {"", "'millrace acl COMMAND --help' describes a command."},
    subcommands = {
      AclAllowCommand.class,
      AclListCommand.class,
      AclRevokeCommand.class,
      AclTestCommand.class
    })
public final class AclCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: allow, list, revoke or test");
  }
}
