package io.millrace.cli.token;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace token}: the commands on tokens. */
@Command(
    name = "token",
    description = "Create, list and revoke tokens, the credentials of programs.",
    footer = {"", "'millrace token COMMAND --help' describes a command."},
    subcommands = {TokenCreateCommand.class, TokenListCommand.class, TokenRevokeCommand.class})
public final class TokenCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: create, list or revoke");
  }
}
