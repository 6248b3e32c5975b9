package io.millrace.cli.user;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace user}: the commands on users. */
@Command(
    name = "user",
    description = "Create, list, change and remove the users of a broker.",
    footer = {"", "'millrace user COMMAND --help' describes a command."},
    subcommands = {
      UserAddCommand.class,
      UserListCommand.class,
      UserDescribeCommand.class,
      UserPasswdCommand.class,
      UserSetRolesCommand.class,
      UserEnableCommand.class,
      UserDisableCommand.class,
      UserRemoveCommand.class
    })
public final class UserCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "name a command: add, list, describe, passwd, set-roles, enable, disable or remove");
  }
}
